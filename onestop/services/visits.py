"""Before acceptance: papers are missing, or the dossier is refused at the counter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from onestop.models import CounterVisit, VisitKind
from onestop.services import papers_of
from onestop.services.reception import PersonFacts
from organizations import access
from organizations.models import User

SECOND_CLICK = dt.timedelta(minutes=10)


@transaction.atomic
def turn_away(
    *,
    actor: User,
    unit_id: int,
    version_id: int,
    kind: str,
    person: PersonFacts,
    reason: str,
    items: Sequence[str] = (),
) -> CounterVisit:
    """Hand out Mẫu 02 (papers missing, all told at once) or Mẫu 03 (refused, with the reason).

    No code, no clock, no dossier: it is a visit, and is not counted in Biểu II.06a.
    """
    at = timezone.now()
    right = access.require(actor, "receive_dossiers", unit_id)
    lines = [item.strip() for item in items if item.strip()]
    if not reason.strip():
        raise DomainError(_("Give a reason: the citizen will read it."))
    if kind == VisitKind.SUPPLEMENT and not lines:
        raise DomainError(_("Say which papers are missing, all at once."))
    visit = CounterVisit.objects.create(
        unit_id=unit_id, version_id=version_id, kind=kind, name=person.name, number=person.number,
        phone=person.phone, email=person.email, address=person.address, items=lines,
        reason=reason.strip(), at=at, by=actor,
    )  # fmt: skip
    visit.form = papers_of.issue_for_visit(visit, actor=actor, at=at)
    _refuse_second_click(visit)
    visit.save(update_fields=["form"])
    record(visit, f"visit.{kind}", actor=actor, unit=visit.unit, on_behalf_of=right.on_behalf_of,
           data={"procedure": visit.version.name[:300]})  # fmt: skip
    return visit


def _refuse_second_click(visit: CounterVisit) -> None:
    """The same words to the same person within ten minutes are one visit.

    The number of the form is taken by now: its lock has made a second click wait for the first.
    """
    same = CounterVisit.objects.filter(
        unit_id=visit.unit_id, version_id=visit.version_id, kind=visit.kind, name=visit.name,
        number=visit.number, items=visit.items, reason=visit.reason, by=visit.by,
        at__gt=visit.at - SECOND_CLICK,
    )  # fmt: skip
    if same.exclude(pk=visit.pk).exists():
        raise AlreadyDone(_("This form was made already. It is in the list of those turned away."))
