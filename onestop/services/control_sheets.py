"""Mẫu 06 (Mẫu 05 of TT 01/2018): how a dossier went from hand to hand, and whether in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.models import AuditEntry
from onestop.models import Dossier, StepRun
from onestop.services import papers_of, steps
from onestop.states import OVER, StepState
from organizations import access
from organizations.models import User
from papers.forms_data import ControlSheet, HandOver, Outcome, plain_data
from papers.models import Form, PrintedForm
from papers.services import correct, issue

MAKING = ("receive_dossiers", "process_dossiers", "approve_dossiers", "return_results")
SUCCEEDED = "dossier.unit_succeeded"


@transaction.atomic
def make_control_sheet(dossier_id: int, *, actor: User) -> PrintedForm:
    """The sheet as it is now, under one number for the dossier; unchanged, the same paper.

    A sheet that has grown is a new edition: what was printed before stays what it was.
    """
    at = timezone.now()
    dossier = steps.lock(dossier_id)
    steps.require_acceptance(dossier)
    _require_part(dossier, actor)
    sheet = ControlSheet(
        letterhead=papers_of.letterhead(dossier.competent_unit, at),
        code=dossier.code,
        agency=dossier.competent_unit.name,
        partners=_partners(dossier),
        received_at=_known(dossier.accepted_at),
        due_at=_known(dossier.due_at),
        rows=hand_overs(dossier),
    )
    last: PrintedForm | None = (
        PrintedForm.objects.of(dossier).in_force().filter(form=Form.CONTROL).last()
    )
    if last is None:
        return issue(
            sheet, unit_id=dossier.competent_unit_id, subject=dossier, subject_name=dossier.code,
            actor=actor, at=at,
        )  # fmt: skip
    if _what_it_says(last.data) == _what_it_says(plain_data(sheet)):
        return last
    with translation.override("vi"):
        why = _("The dossier went on.")
    return correct(last.pk, sheet, actor=actor, at=at, reason=why)


def hand_overs(dossier: Dossier) -> list[HandOver]:
    """One row for each step that is over and for each change of hands inside a step, in their
    order.

    Four queries at most, for the steps, the people, the log and who took the result.
    """
    runs = list(dossier.runs)
    done = sorted((run for run in runs if run.state in OVER), key=_turn)
    people = User.objects.in_bulk(
        {pk for run in runs for pk in (run.person_id, run.closed_by_id)} - {None}
    )
    changes = _changes_of_hands(dossier, runs)
    rows = [_row(dossier, run, _after(run, runs), people, changes) for run in done]
    rows += [row for inside in changes.values() for row in inside]
    return sorted(rows, key=lambda row: _known(row.at))  # stable: steps of one moment keep turns


def _changes_of_hands(dossier: Dossier, runs: Sequence[StepRun]) -> dict[int, list[HandOver]]:
    """By step, from one person or, in a merger, one unit to another, as the log has it. Giving to
    who had nothing in hand is no row: the step before says who took it."""
    entries = AuditEntry.objects.filter(
        subject_type=dossier._meta.label_lower, subject_id=str(dossier.pk),
        action__in=("dossier.assigned", "dossier.taken_over", SUCCEEDED),
    ).order_by("pk")  # fmt: skip
    found: dict[int, list[HandOver]] = {}
    last: dict[int, str] = {}
    for entry in entries:
        run = _under_way(runs, entry.at)
        if run is None:
            continue
        if entry.action == SUCCEEDED:
            if entry.data.get("lay_there"):
                found.setdefault(run.pk, []).append(_succession(entry))
            continue
        taker = entry.data.get("person_name") or entry.actor_name
        giver = entry.data.get("from_name", last.get(run.pk, ""))
        last[run.pk] = taker
        if giver:
            with translation.override("vi"):
                note = _("Changed hands within the step")
            found.setdefault(run.pk, []).append(HandOver(
                giving_unit=entry.data.get("from_unit") or entry.unit_name,
                taking_unit=entry.unit_name, at=entry.at, giver=giver, taker=taker, note=note,
            ))  # fmt: skip
    return found


def _succession(entry: AuditEntry) -> HandOver:
    """A merger hands the dossier on; who has it in hand goes along."""
    with translation.override("vi"):
        note = _("Went to the unit that succeeds")
    who = entry.data["held_by"]
    return HandOver(
        giving_unit=entry.data["from_unit"], taking_unit=entry.data["to_unit"], at=entry.at,
        giver=who, taker=who, note=note,
    )  # fmt: skip


def _under_way(runs: Sequence[StepRun], at: dt.datetime) -> StepRun | None:
    """The step that was open at a moment; where one ends and one begins, the latter."""
    open_then = [
        run
        for run in runs
        if run.opened_at and run.opened_at <= at and (run.closed_at is None or at < run.closed_at)
    ]
    return max(open_then, key=lambda run: (_known(run.opened_at), run.order), default=None)


def outcome_of(run: StepRun) -> Outcome | None:
    """Early, on time or late, by dates; None where the step has no share of the limit."""
    if run.planned_end is None or run.closed_at is None:
        return None
    closed, planned = timezone.localdate(run.closed_at), timezone.localdate(run.planned_end)
    return "early" if closed < planned else "on_time" if closed == planned else "late"


def _row(
    dossier: Dossier, run: StepRun, following: StepRun | None, people: dict[int, User],
    changes: dict[int, list[HandOver]],
) -> HandOver:  # fmt: skip
    by = people.get(run.closed_by_id or 0)
    giver = people.get(run.person_id or 0) if run.state == StepState.ENDED else by
    if following is None:
        unit, taker = _received_by(dossier)
    elif inside := changes.get(following.pk):
        unit, taker = inside[0].giving_unit, inside[0].giver
    else:
        ended = following.state == StepState.ENDED
        pk = following.person_id if ended else following.closed_by_id or following.person_id
        who = people.get(pk or 0)
        unit, taker = following.unit.name, who.full_name if who else ""
    with translation.override("vi"):
        notes = [
            _("Returned for correction") if run.state == StepState.SENT_BACK else "",
            _("Processing ended (%(name)s)") % {"name": by.full_name if by else ""}
            if run.state == StepState.ENDED
            else "",
            _("on behalf of %(giver)s") % {"giver": run.on_behalf_of} if run.on_behalf_of else "",
        ]
    return HandOver(
        giving_unit=run.unit.name, taking_unit=unit, at=run.closed_at,
        giver=giver.full_name if giver else "", taker=taker, outcome=outcome_of(run),
        note="; ".join(filter(None, notes)),
    )  # fmt: skip


def _received_by(dossier: Dossier) -> tuple[str, str]:
    """After the last step: the applicant, and who took the result."""
    handover = dossier.handovers.first()
    with translation.override("vi"):
        return (_("Applicant"), handover.taken_by) if handover else ("", "")


def _after(run: StepRun, runs: Sequence[StepRun]) -> StepRun | None:
    """The step that was opened when this one was closed."""
    opened = [other for other in runs if other.opened_at == run.closed_at and other is not run]
    if run.state == StepState.SENT_BACK:
        back = [other for other in opened if other.order < run.order]
        return min(back, key=lambda other: -other.round, default=None)
    ahead = [other for other in opened if other.order > run.order]
    return min(ahead, key=lambda other: (other.order, -other.round), default=None)


def _turn(run: StepRun) -> tuple[dt.datetime, int]:
    return _known(run.closed_at), run.order


def _known(at: dt.datetime | None) -> dt.datetime:
    assert at is not None
    return at


def _partners(dossier: Dossier) -> str:
    """Units that were asked for their opinion."""
    names = dossier.opinions.order_by("pk").values_list("unit__name", flat=True)
    return ", ".join(dict.fromkeys(names))


def _what_it_says(data: dict[str, Any]) -> dict[str, Any]:
    """Without the day of the paper and its number."""
    return {key: value for key, value in data.items() if key not in ("letterhead", "number_words")}


def _require_part(dossier: Dossier, actor: User) -> None:
    """Who works on it at the counter, in the agency or where it lies now."""
    units = (dossier.receiving_unit_id, dossier.competent_unit_id, dossier.holder_unit_id)
    for permission in MAKING:
        if any(access.may(actor, permission, unit_id) for unit_id in units):
            return
    access.require(actor, "process_dossiers", *units)
