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


def deliver(portal: Portal) -> None:
    """Tell the apps what happened: texts and dossiers are ready to be sent."""
    portal.manage("shell", "-v0", "-c", DELIVER)


def send(portal: Portal) -> None:
    """Send texts and dossiers; the national portal refuses the first two."""
    portal.manage("shell", "-v0", "-c", SEND)
