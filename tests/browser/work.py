"""What worker, clock and the stand-in for the national portal do in the demo, done once."""

from __future__ import annotations

from tests.browser.server import Portal

DELIVER = """
from audit import delivery, relay
while relay.relay(delivery.deliver):
    pass
"""
SEND = """
from unittest.mock import patch
from urllib.parse import urlsplit
from exchange import sender
from exchange.accounts import account_of
from exchange.stub.moods import Mood
from exchange.stub.server import Stub
from notifications.rulesets import SmsRules
from notifications.sms import sending
from tenancy.models import Province
home = Province.objects.get(code="H32")
with patch.object(SmsRules, "is_quiet", return_value=False):  # whatever hour the tests run at
    sending.send_due(home)
stub = Stub(urlsplit(account_of("H32").url).port, Mood(refuse_first=2)).start()
sender.send_due(home)
stub.close()
"""
APPRAISE = """
from django.db.models import F
from django.utils import timezone
from organizations.models import User
from ranking.models import Answer, Choice, Cycle, Verdict
from tenancy.models import Province
from tenancy.scope import tenant_scope
with tenant_scope(Province.objects.get(code="H32")):
    who, now = User.objects.get(username="giamsat"), timezone.now()
    left = Answer.objects.filter(
        assessment__cycle=Cycle.objects.latest("year"), assessment__submitted_at__isnull=False,
    ).exclude(assessment__verdicts__criterion=F("criterion"))
    Verdict.objects.bulk_create(
        Verdict(
            assessment_id=each.assessment_id, criterion_id=each.criterion_id, input=each.input,
            points=each.points, not_applicable=each.not_applicable, choice=Choice.OWN,
            made_at=now, made_by=who, is_final=True,
        ) for each in left
    )
"""


def deliver(portal: Portal) -> None:
    """Tell the apps what happened: texts and dossiers are ready to be sent."""
    portal.manage("shell", "-v0", "-c", DELIVER)


def send(portal: Portal) -> None:
    """Send texts and dossiers; the national portal refuses the first two."""
    portal.manage("shell", "-v0", "-c", SEND)


def appraise(portal: Portal) -> None:
    """Decide what units declared and nobody has looked at: a morning of an appraiser."""
    portal.manage("shell", "-v0", "-c", APPRAISE)
