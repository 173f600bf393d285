"""Whose hands a dossier is in: assign, take over, hand on."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from onestop.models import Dossier, StepKind, StepRun
from onestop.services import steps
from onestop.services.batches import Outcome, each_for_itself, rehearse
from onestop.states import WAITING, Part, StepState
from organizations import absences, access, fields
from organizations.models import AGENCY_KINDS, Unit, User

# Signed, sealed or handed out in the name of the unit: nobody below it does that.
IN_ITS_NAME = {StepKind.APPROVE, StepKind.RELEASE, StepKind.RETURN}


class NotSuitable(DomainError):
    """The person cannot do this step: he has left, or holds no such position there."""

    code = "person_not_suitable"


@transaction.atomic
def assign(
    dossier_id: int, *, actor: User, person_id: int, note: str = "", step_id: int | None = None
) -> Dossier:
    """Put a dossier into an official's hands (NĐ 61/2018 Điều 19.1).

    At the step "assign" this closes that step and opens the next one with the person; at any
    other step it only changes hands. The division of the person becomes the handling unit.
    """
    at = timezone.now()
    dossier = steps.lock(dossier_id, step_id=step_id)
    run = steps.open_step(dossier)
    right = access.require(actor, "assign_dossiers", dossier.holder_unit_id)
    person = _person(person_id)
    _require_turn(dossier)
    before: dict[str, str] = {}
    if run.kind == StepKind.ASSIGN:
        following = steps.next_run(dossier, run)
        if following is None:
            raise AlreadyDone
        _settle_division(dossier, following, person)
        steps.close_run(run, actor=actor, at=at, right=right, note=note)
        steps.enter(dossier, following, at=at, person=person)
    else:
        if dossier.holder_id == person.pk:
            raise AlreadyDone(_("The dossier is already in the hands of %s.") % person.full_name)
        holder = dossier.holder.full_name if dossier.holder else ""
        before = {"from_name": holder, "from_unit": run.unit.name}
        _settle_division(dossier, run, person)
        _hand_to(dossier, run, person)
    steps.start_work(dossier, actor=actor, at=at)
    dossier.save(update_fields=["status", "step", "holder_unit", "holder", "handling_unit"])
    record(
        dossier, "dossier.assigned", actor=actor, unit=dossier.holder_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(
            dossier, person=person.pk, person_name=person.full_name, note=note, **before
        ),
    )  # fmt: skip
    return dossier


@transaction.atomic
def take_over(dossier_id: int, *, actor: User, step_id: int | None = None) -> Dossier:
    """Take a dossier into one's own hands: from nobody; as a head, or as the substitute of a
    colleague who is away, from an official. Standing in lends no right: who may not decide
    himself takes no decision over."""
    at = timezone.now()
    dossier = steps.lock(dossier_id, step_id=step_id)
    run = steps.open_step(dossier)
    right = steps.require_step(dossier, run, actor, anybody=True)
    _require_turn(dossier)
    if run.kind == StepKind.ASSIGN:
        raise TransitionError(_("This step is done by assigning the dossier to somebody."))
    if dossier.holder_id == actor.pk:
        raise AlreadyDone(_("The dossier is already in your hands."))
    before = dossier.holder
    stands_in = before is not None and absences.covers(actor, before)
    if before is not None and not stands_in:
        right = access.require(actor, "assign_dossiers", dossier.holder_unit_id)
    _hand_to(dossier, run, actor)
    steps.start_work(dossier, actor=actor, at=at)
    dossier.save(update_fields=["status", "holder"])
    record(
        dossier, "dossier.taken_over", actor=actor, unit=dossier.holder_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(
            dossier,
            from_person=before.pk if before else None,
            from_name=before.full_name if before else "",
            stands_in=stands_in,
        ),
    )  # fmt: skip
    return dossier


def _require_turn(dossier: Dossier) -> None:
    """Hands change while the agency works, not while somebody else is waited for."""
    if dossier.status in WAITING:
        raise DomainError(_("The dossier waits for the citizen; assign it when it goes on."))
    if dossier.status not in steps.UNDER_WAY:
        raise TransitionError(
            _("Dossier %(code)s is “%(status)s”: this is no longer possible.")
            % {"code": dossier.code, "status": dossier.get_status_display()}
        )


def candidates(dossier: Dossier, run: StepRun) -> list[tuple[User, Unit]]:
    """Who may be given the work, by given name, each with the unit in which he would do it.

    At an open step "assign" that is the step after it. Active people whose role carries that
    step's permission today: anywhere in the agency for appraisal and review, on the very unit
    for what is signed or released in its name. One query, two at the step "assign"; who reviews
    or signs is asked for his fields, too, at two queries a person.
    """
    target: StepRun | None = run
    if run.kind == StepKind.ASSIGN and run.state == StepState.OPEN:
        target = steps.next_run(dossier, run)
    if target is None:
        return []
    permission = steps.PERMISSION[target.kind]
    if target.kind in IN_ITS_NAME:
        over = access.people_over(permission, target.unit)
        people = [(person, target.unit) for person in over]
    else:
        people = access.people_with(permission, _within(dossier, target))
    if target.kind not in steps.APPROVING:
        return people
    field = dossier.version.field
    return [(who, unit) for who, unit in people if fields.may(who, permission, unit, field=field)]


def _within(dossier: Dossier, target: StepRun) -> Unit:
    """Below which unit people are looked for: the agency that does the step."""
    unit, competent = target.unit, dossier.competent_unit
    if target.kind != StepKind.CONSULT and unit.path.startswith(competent.path):
        return competent
    agencies = Unit.objects.filter(pk__in=unit.ancestor_ids, kind__in=AGENCY_KINDS)
    return unit if target.kind == StepKind.CONSULT else agencies.order_by("-path").first() or unit


def _person(person_id: int) -> User:
    person: User | None = User.objects.filter(pk=person_id).first()
    if person is None or not person.is_active:
        raise NotSuitable(
            _("This person has left or the account is switched off. Choose somebody else.")
        )
    return person


def _settle_division(dossier: Dossier, run: StepRun, person: User) -> None:
    """The step moves to the unit in which the person holds the position for it."""
    units = [unit for someone, unit in candidates(dossier, run) if someone.pk == person.pk]
    if not units:
        raise NotSuitable(
            _("%(name)s holds no position for this step in %(unit)s.")
            % {"name": person.full_name, "unit": run.unit.name}
        )
    if any(run.unit.path.startswith(each.path) for each in units):
        return  # his position covers the unit in which the step lies
    unit = units[0]
    if run.unit_id == dossier.handling_unit_id:  # the division's later steps move with it
        StepRun.objects.filter(
            dossier=dossier, state=StepState.PLANNED, unit=dossier.handling_unit_id
        ).exclude(kind__in=(StepKind.APPROVE, StepKind.RELEASE, StepKind.RETURN)).update(unit=unit)
        dossier.handling_unit = unit
        steps.add_participants(dossier, Part.HANDLING, [unit.pk])
    run.unit = unit
    dossier.holder_unit = unit
    if run.state == StepState.OPEN:
        run.save(update_fields=["unit"])
    steps.add_participants(dossier, Part.STEP, [unit.pk])


def _hand_to(dossier: Dossier, run: StepRun, person: User) -> None:
    run.person = person
    run.save(update_fields=["person"])
    dossier.holder = person


def take_over_many(
    picks: Iterable[tuple[int, int]], *, actor: User, rehearsed: bool = False
) -> list[Outcome]:
    """Take several (dossier id, step id) over; each stands for itself. `rehearsed`: only say what
    would become of each."""
    do = rehearse if rehearsed else each_for_itself
    return do(picks, lambda pk, step: take_over(pk, actor=actor, step_id=step))


def assign_many(
    picks: Iterable[tuple[int, int]], *, actor: User, person_id: int, rehearsed: bool = False
) -> list[Outcome]:
    """Assign several to one person; each stands for itself, and may be rehearsed."""
    do = rehearse if rehearsed else each_for_itself
    return do(picks, lambda pk, step: assign(pk, actor=actor, person_id=person_id, step_id=step))
