"""A later date with an apology: proposed in time by who works on it, signed by the head.

NĐ 61/2018/NĐ-CP Điều 19 and, under NĐ 118/2025, Lai Châu 88/2025/QĐ-UBND Điều 3.6: at most one
new date, told at least a day before the old one. The numbers are dated settings (ClockRules).
The slip keeps the date that it promised; look-up, letter and Mẫu 04 say the new one and why.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from common.templatetags.ui import day_only
from onestop.models import Dossier, Extension, ExtensionState
from onestop.services import clock, papers_of, parts, steps
from onestop.states import DueReason
from organizations import access
from organizations.calendars import calendar_for
from organizations.models import User
from organizations.rulesets import CLOCK, ClockRules, rules


class NotInTime(DomainError):
    """The old date is too near, or was passed: from here on the dossier is simply late."""

    code = "not_in_time"


class SignedByAnother(DomainError):
    """Who signs must not be who proposed it."""

    code = "needs_another_person"


@transaction.atomic
def ask_extension(
    dossier_id: int, *, actor: User, new_on: dt.date, reason: str, step_id: int | None = None
) -> Extension:
    """Propose a later date to the head. Nothing moves before he signs."""
    at = timezone.now()
    dossier = steps.lock(dossier_id, step_id=step_id)
    right = _proposer(dossier, actor)
    parts.require_whole(dossier)
    _require_room(dossier, at)
    if Extension.objects.filter(dossier=dossier, state=ExtensionState.WAITING).exists():
        raise AlreadyDone(_("A new date is already proposed. The head decides on it first."))
    if not reason.strip():
        raise DomainError(_("Give a reason: the citizen will read it."))
    assert dossier.due_at is not None
    extension = Extension.objects.create(
        dossier=dossier, old_due_at=dossier.due_at, new_due_at=_chosen(dossier, new_on),
        reason=reason.strip()[:1000], asked_at=at, asked_by=actor,
    )  # fmt: skip
    record(
        dossier, "dossier.extension_asked", actor=actor, unit=dossier.holder_unit,
        on_behalf_of=right.on_behalf_of, data=_facts(dossier, extension),
    )  # fmt: skip
    return extension


@transaction.atomic
def sign_extension(dossier_id: int, *, actor: User) -> Dossier:
    """Sign the apology (Mẫu 04): the date moves, the citizen and the counter are told."""
    at = timezone.now()
    dossier, extension, right = _waiting(dossier_id, actor)
    if extension.asked_by_id == actor.pk:
        raise SignedByAnother(
            _("You proposed this date yourself. Another person with the right to approve signs it.")
        )
    _require_room(dossier, at)
    assert dossier.due_at is not None
    extension.old_due_at = dossier.due_at
    extension.new_due_at = _chosen(dossier, timezone.localdate(extension.new_due_at))
    _decide(extension, ExtensionState.GRANTED, actor, at, right)
    clock.set_due(dossier, at=at, reason=DueReason.EXTENDED)
    clock.shift_plan(dossier)
    dossier.save(update_fields=clock.CLOCK_FIELDS)
    _extend_parts(dossier, extension, at=at)
    extension.form = papers_of.issue_apology(dossier, extension, actor=actor, at=at, right=right)
    extension.save(update_fields=["form"])
    record(
        dossier, "dossier.extended", actor=actor, unit=dossier.competent_unit,
        on_behalf_of=right.on_behalf_of,
        data=_facts(dossier, extension, person=dossier.holder_id),
    )  # fmt: skip
    return dossier


@transaction.atomic
def refuse_extension(dossier_id: int, *, actor: User, reason: str) -> Dossier:
    """The date stays; who proposed another reads why."""
    at = timezone.now()
    dossier, extension, right = _waiting(dossier_id, actor)
    if not reason.strip():
        raise DomainError(_("Give a reason, so that the receiver knows what to do."))
    extension.answer = reason.strip()[:1000]
    _decide(extension, ExtensionState.REFUSED, actor, at, right)
    record(
        dossier, "dossier.extension_refused", actor=actor, unit=dossier.competent_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, reason=extension.answer, person=extension.asked_by_id),
    )  # fmt: skip
    return dossier


def _extend_parts(dossier: Dossier, extension: Extension, *, at: dt.datetime) -> None:
    """Open parts that are in time get the working days that their own office has between the two
    dates, beside the time of a wait for the lead; a late one stays late, because its lateness
    counts against its own unit."""
    today = timezone.localdate(at)  # nobody chose these dates: `furthest_day` is not for them
    old, new = map(timezone.localdate, (extension.old_due_at, extension.new_due_at))
    for part in parts.open_of(dossier):
        assert part.due_at is not None
        calendar = calendar_for(part.competent_unit_id)
        days = calendar.working_days_between(old, new)
        due_on = timezone.localdate(clock.due_if_resumed(part, at))
        if due_on < today or not days:
            continue
        later = calendar.add_working_days(due_on, days)
        Extension.objects.create(
            dossier=part, state=ExtensionState.GRANTED, old_due_at=part.due_at,
            new_due_at=_moment(part, later), reason=extension.reason,
            asked_at=extension.asked_at, asked_by_id=extension.asked_by_id, decided_at=at,
            decided_by_id=extension.decided_by_id, on_behalf_of=extension.on_behalf_of,
        )  # fmt: skip
        clock.set_due(part, at=at, reason=DueReason.EXTENDED)
        clock.shift_plan(part)
        part.save(update_fields=clock.CLOCK_FIELDS)


def rules_of(dossier: Dossier) -> ClockRules:
    """The rules of the day of acceptance, as for everything about the clock."""
    assert dossier.accepted_at is not None
    return rules(CLOCK, timezone.localdate(dossier.accepted_at))


def last_day_to_ask(dossier: Dossier) -> dt.date:
    """The last day on which a new date may still be proposed and signed."""
    assert dossier.due_at is not None
    notice = dt.timedelta(days=rules_of(dossier).late_notice_days)
    return timezone.localdate(dossier.due_at) - notice


def furthest_day(dossier: Dossier) -> dt.date:
    """The last day that may be proposed: a slip of the keys promises nobody the year 2062."""
    assert dossier.due_at is not None
    most = dt.timedelta(days=rules_of(dossier).extension_most_days)
    return timezone.localdate(dossier.due_at) + most


def why_not_now(dossier: Dossier) -> DomainError | None:
    """Why no new date can be proposed or signed at this moment; None: nothing speaks against it."""
    if dossier.accepted_at is None or dossier.closed_at:
        return None
    try:
        _require_room(dossier, timezone.now())
    except DomainError as refusal:
        return refusal
    return None


def _proposer(dossier: Dossier, actor: User) -> access.Right:
    """Who has the dossier in hand, or who decides about it."""
    steps.require_acceptance(dossier)
    units = (dossier.competent_unit_id, dossier.handling_unit_id)
    if steps.may_decide(dossier, actor, *units):
        return steps.require_decider(dossier, actor, *units)
    if dossier.step_id is None:
        return access.require(actor, "process_dossiers", dossier.holder_unit_id)
    return steps.require_step(dossier, steps.open_step(dossier), actor)


def _waiting(dossier_id: int, actor: User) -> tuple[Dossier, Extension, access.Right]:
    """The locked dossier and the proposal that waits; the head of the agency decides on it."""
    dossier = steps.lock(dossier_id)
    right = steps.require_decider(dossier, actor, dossier.competent_unit_id)
    extension = Extension.objects.filter(dossier=dossier, state=ExtensionState.WAITING).first()
    if extension is None or dossier.closed_at:
        raise AlreadyDone
    return dossier, extension, right


def _require_room(dossier: Dossier, at: dt.datetime) -> None:
    """The clock runs, no date too many was given, and the old one is far enough."""
    if not clock.is_running(dossier):
        raise TransitionError(
            _("The clock stands still while the citizen is waited for: no new date is needed now.")
        )
    if dossier.status not in steps.UNDER_WAY:
        raise TransitionError(
            _("Dossier %(code)s is “%(status)s”: its date can no longer be moved.")
            % {"code": dossier.code, "status": dossier.get_status_display()}
        )
    allowed = rules_of(dossier).extensions_allowed
    if Extension.objects.filter(dossier=dossier, state=ExtensionState.GRANTED).count() >= allowed:
        raise TransitionError(
            ngettext(
                "The date was moved once already; that is all. Return the result soon.",
                "The date was moved %(n)s times already; that is all. Return the result soon.",
                allowed,
            )
            % {"n": allowed}
        )
    last = last_day_to_ask(dossier)
    if timezone.localdate(at) > last:
        raise NotInTime(
            _("Too late: a new date is told by %(day)s at the latest, before the old one comes.")
            % {"day": day_only(last)}
        )


def _chosen(dossier: Dossier, day: dt.date) -> dt.datetime:
    """The new date that a person proposes or signs: as `_moment`, and not too far."""
    last = furthest_day(dossier)
    if day > last:
        raise DomainError(
            _("The new date must be no later than %(day)s: check day, month and year.")
            % {"day": day_only(last)}
        )
    return _moment(dossier, day)


def _moment(dossier: Dossier, day: dt.date) -> dt.datetime:
    """The new date at the clock time of the old one; later than it, and a working day."""
    assert dossier.due_at is not None
    old = timezone.localtime(dossier.due_at)
    if day <= old.date():
        raise DomainError(
            _("The new date must be later than %(day)s.") % {"day": day_only(old.date())}
        )
    calendar = calendar_for(dossier.competent_unit_id)
    if not calendar.is_working_day(day):
        raise DomainError(_("%(day)s is a day off: choose a working day.") % {"day": day_only(day)})
    return timezone.make_aware(calendar.at_clock(day, old.time()))


def _decide(
    extension: Extension, state: ExtensionState, actor: User, at: dt.datetime, right: access.Right
) -> None:
    extension.state, extension.decided_at, extension.decided_by = state, at, actor
    extension.on_behalf_of = right.on_behalf_of
    extension.save(
        update_fields=[
            "state", "decided_at", "decided_by", "on_behalf_of", "answer", "old_due_at",
            "new_due_at",
        ]
    )  # fmt: skip


def _facts(dossier: Dossier, extension: Extension, **more: object) -> dict[str, object]:
    return steps.facts(
        dossier, reason=extension.reason, before=extension.old_due_at.isoformat(),
        due_at=extension.new_due_at.isoformat(), **more,
    )  # fmt: skip
