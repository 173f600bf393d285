"""Away from a day to a day; a colleague stands in."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from organizations import absences
from organizations.access import RefusedError
from organizations.models import Absence, AbsenceReason, User


@transaction.atomic
def record_absence(
    user_id: int, *, actor: User, valid_from: dt.date, valid_to: dt.date, reason: str,
    substitute_id: int | None = None, note: str = "",
) -> Absence:  # fmt: skip
    """Say that a person is away, both days included, and who stands in.

    By the person himself, a head who assigns his work, or an administrator. The substitute gets no
    right by it: he may take over what lies in the absent person's hands where his own positions
    let him do that step. Signing for a head needs a delegation (QĐ 2947/QĐ-UBND Điều 9.1b).
    """
    people = User.objects.select_for_update(no_key=True).order_by("pk")
    found = people.in_bulk({user_id, *([substitute_id] if substitute_id else [])})
    person = found[user_id]
    _require_may_record(actor, person)
    _require_days(valid_from, valid_to)
    if reason not in AbsenceReason.values:
        raise DomainError(_("Choose the reason of the absence."))
    own = Absence.objects.filter(user=person, ended_at=None).valid_from_now(valid_from)
    if own.filter(valid_from__lte=valid_to).exists():
        raise AlreadyDone(_("%s is already away on some of these days.") % person.full_name)
    substitute = found[substitute_id] if substitute_id else None
    if substitute is not None:
        _require_substitute(person, substitute, valid_from, valid_to)
    absence: Absence = Absence.objects.create(
        user=person, substitute=substitute, reason=reason, note=note.strip(),
        valid_from=valid_from, valid_to=valid_to, recorded_by=actor,
    )  # fmt: skip
    record(person, "absence.recorded", actor=actor, data=_facts(absence))
    return absence


@transaction.atomic
def end_absence(absence_id: int, *, actor: User) -> Absence:
    """The person is back, or was never away; what the substitute took over stays with him."""
    rows = Absence.objects.select_for_update(no_key=True, of=("self",))
    absence: Absence = rows.select_related("user", "substitute").get(pk=absence_id)
    _require_may_record(actor, absence.user)
    if absence.ended_at is not None:
        raise AlreadyDone
    absence.ended_at = timezone.now()
    absence.save(update_fields=["ended_at"])
    record(absence.user, "absence.ended", actor=actor, data=_facts(absence))
    return absence


def _require_may_record(actor: User, person: User) -> None:
    if not absences.people_of(actor).filter(pk=person.pk).exists():
        raise RefusedError(
            _("Only the person, a head who assigns the work, or an administrator records this.")
        )


def _require_days(first: dt.date, last: dt.date) -> None:
    if last < first:
        raise DomainError(_("The last day lies before the first day."))
    if last < timezone.localdate():
        raise DomainError(_("These days are over: an absence helps today or later."))


def _require_substitute(person: User, substitute: User, first: dt.date, last: dt.date) -> None:
    if not absences.possible_substitutes(person).filter(pk=substitute.pk).exists():
        raise DomainError(_("Choose an active colleague of the same agency as substitute."))
    away = Absence.objects.filter(user=substitute, ended_at=None).valid_from_now(first)
    if away.filter(valid_from__lte=last).exists():
        raise DomainError(
            _("%s is away on some of these days too. Choose somebody else.") % substitute.full_name
        )


def _facts(absence: Absence) -> dict[str, str | int]:
    return {
        "substitute": absence.substitute_id or 0,
        "note": absence.substitute.full_name if absence.substitute else "",
        "valid_from": absence.valid_from.isoformat(),
        "valid_to": absence.valid_to.isoformat() if absence.valid_to else "",
    }
