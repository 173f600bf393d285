"""A part that cannot go on: its unit says so, and the lead decides. Nothing hangs.

The unit never asks the citizen itself (NĐ 61/2018/NĐ-CP Điều 5: only through the one-stop): it
asks the lead, and waits without its clock running. The lead hands papers on, asks the citizen on
the whole dossier, gives the part out again, goes on without it, or refuses the whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from onestop.models import Dossier, LinkedPart, Settlement
from onestop.services import clock, endings, parts, steps
from onestop.states import PauseReason, Status
from organizations import access
from organizations.models import Unit, User


@transaction.atomic
def ask_lead(
    dossier_id: int, *, actor: User, reason: str, step_id: int | None = None
) -> Dossier:  # fmt: skip
    """A part lacks something: its clock stops, the lead reads what and why."""
    at = timezone.now()
    part = steps.lock(dossier_id, step_id=step_id)
    run = steps.open_step(part)
    right = steps.require_step(part, run, actor)
    parts.require_part(part)
    steps.require_work(part, run)
    why = _said(reason)
    steps.start_work(part, actor=actor, at=at)
    steps.change_status(part, Status.SUPPLEMENT, actor=actor, at=at, reason=why)
    clock.stop_clock(part, PauseReason.SUPPLEMENT, actor=actor, at=at)
    part.save(update_fields=["status"])
    record(part, "part.asked", actor=actor, unit=part.holder_unit,
           on_behalf_of=right.on_behalf_of, data=steps.facts(part, reason=why))  # fmt: skip
    parts.tell_parent(part, "dossier.part_asked", actor=actor, reason=why)
    return part


@transaction.atomic
def answer_part(
    dossier_id: int, part_id: int, *, actor: User, note: str, paper_ids: Sequence[int] = ()
) -> Dossier:
    """The lead answers a part that asked, and hands on papers of the whole dossier: it goes on."""
    at = timezone.now()
    dossier, right = _for_lead(dossier_id, actor)
    part = _part(dossier, part_id)
    if part.status != Status.SUPPLEMENT:
        raise AlreadyDone
    said = _said(note)
    papers = list(dossier.papers.filter(pk__in=list(paper_ids)).order_by("order"))
    parts.hand_papers(dossier, part, papers)
    parts.go_on(part, actor=actor, at=at)
    _tell(dossier, part, "answered", actor, right, said, part.holder_id)
    return dossier


@transaction.atomic
def renew_part(dossier_id: int, part_id: int, *, actor: User, reason: str) -> Dossier:
    """Give a refused part out again, to the same unit, with a new clock of its own and the papers
    that it had."""
    at = timezone.now()
    dossier, right = _for_lead(dossier_id, actor)
    row = _row(dossier, part_id)
    part = row.dossier
    if part.status != Status.NOT_ACCEPTED:
        raise TransitionError(_("Only a part that was refused is given out again."))
    said = _said(reason)
    parts.settle(row, Settlement.RENEWED, said, actor=actor, at=at)
    unit = Unit.objects.get(pk=part.competent_unit_id)
    group = dossier.group
    assert group is not None
    planned = parts.planned_of(
        group, dossier.competent_unit, dossier.receiving_unit, at, member=row.member_id
    )[0]
    if unit.is_open_on(timezone.localdate(at)):
        planned = parts.Planned(planned.member, planned.version, unit)
    fresh = parts.begin(
        dossier, planned, order=row.order, actor=actor, at=at, right=right, round_=row.round + 1
    )
    parts.hand_on(part, fresh)
    _tell(dossier, fresh, "renewed", actor, right, said)
    return dossier


@transaction.atomic
def waive_part(dossier_id: int, part_id: int, *, actor: User, reason: str) -> Dossier:
    """Go on without a part: the head of the lead decides. What is open of it is stopped."""
    at = timezone.now()
    dossier = steps.lock(dossier_id)
    right = steps.require_decider(
        dossier, actor, dossier.competent_unit_id, dossier.handling_unit_id
    )
    _require_under_way(dossier)
    row = _row(dossier, part_id)
    part, said = row.dossier, _said(reason)
    person = part.holder_id
    if part.status == Status.RETURNED:
        raise AlreadyDone
    if part.closed_at is None:
        if steps.is_signed(part):
            raise TransitionError(_("The result of this part is signed already: wait for it."))
        endings.end_part(part, Status.STOPPED, actor=actor, at=at, right=right, note=said)
    parts.settle(row, Settlement.WAIVED, said, actor=actor, at=at)
    _tell(dossier, part, "waived", actor, right, said, person)
    return dossier


def _for_lead(dossier_id: int, actor: User) -> tuple[Dossier, access.Right]:
    """The locked whole for who works on it or decides about it."""
    dossier = steps.lock(dossier_id)
    units = (dossier.competent_unit_id, dossier.handling_unit_id)
    if steps.may_decide(dossier, actor, *units):
        right = steps.require_decider(dossier, actor, *units)
    else:
        right = steps.require_step(dossier, steps.open_step(dossier), actor)
    _require_under_way(dossier)
    return dossier, right


def _require_under_way(dossier: Dossier) -> None:
    if dossier.closed_at or dossier.status not in steps.UNDER_WAY:
        raise TransitionError(
            _("Dossier %(code)s is “%(status)s”: the work goes on when that is settled.")
            % {"code": dossier.code, "status": dossier.get_status_display()}
        )


def _row(dossier: Dossier, part_id: int) -> LinkedPart:
    """The part's row, and the part locked after its parent."""
    part = Dossier.objects.for_change().filter(pk=part_id, parent=dossier).first()
    row: LinkedPart | None = LinkedPart.objects.filter(dossier=part_id, settlement="").first()
    if part is None or row is None:
        raise AlreadyDone
    row.dossier = part
    return row


def _part(dossier: Dossier, part_id: int) -> Dossier:
    part: Dossier = _row(dossier, part_id).dossier
    return part


def _said(text: str) -> str:
    if not text.strip():
        raise DomainError(_("Give a reason, so that the receiver knows what to do."))
    return text.strip()


# What the lead decided: its fact on the whole, and on the part; a new part tells its beginning
TOLD = {
    "answered": ("dossier.part_answered", "part.answered"),
    "renewed": ("dossier.part_renewed", ""),
    "waived": ("dossier.part_waived", "part.waived"),
}


def _tell(
    dossier: Dossier, part: Dossier, what: str, actor: User, right: access.Right, said: str,
    person: int | None = None,
) -> None:  # fmt: skip
    """On both: the lead's story and the part's, which tells the person who has (or had) it."""
    of_whole, of_part = TOLD[what]
    told = {"part": part.code, "part_unit": part.competent_unit.name, "reason": said}
    record(dossier, of_whole, actor=actor, unit=dossier.holder_unit,
           on_behalf_of=right.on_behalf_of, data=steps.facts(dossier, **told))  # fmt: skip
    if of_part:
        record(part, of_part, actor=actor, unit=dossier.competent_unit,
               on_behalf_of=right.on_behalf_of,
               data=steps.facts(part, reason=said, person=person))  # fmt: skip
