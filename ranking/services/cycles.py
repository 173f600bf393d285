"""A year from its preparation to its decision: dates, units, moves (QĐ 1278/QĐ-CTUBND Điều 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError, TransitionError
from organizations import access
from organizations.models import Unit, User
from ranking.models import (
    DATES,
    NEXT,
    Answer,
    Appeal,
    Assessment,
    Cycle,
    CycleState,
    Framework,
    FrameworkState,
    Part,
    PublicationState,
)
from ranking.rules.standing import Standing
from ranking.services import rolling
from ranking.services.council import running
from ranking.services.told import said, said_if_any
from ranking.totals import Side, table_of


class CycleRefused(DomainError):
    """The year may not go on as it is."""

    code = "cycle_refused"


@dataclass(frozen=True)
class CycleFacts:
    """What a year is: its dates as the decision writes them, both ends included."""

    year: int
    name: str
    owner_id: int
    standing_unit_id: int
    framework_id: int
    data_from: dt.date
    data_to: dt.date
    due: dt.date
    parent_id: int | None = None
    children_due: dt.date | None = None
    appeals_due: dt.date | None = None
    publish_due: dt.date | None = None
    appraisers: int = 1


@dataclass(frozen=True)
class EnrolFacts:
    """A unit that is assessed; in which group, and whether it is ranked."""

    unit_id: int
    group: str = ""
    is_ranked: bool = True


@transaction.atomic
def prepare(facts: CycleFacts, *, actor: User) -> Cycle:
    """Draw up a year. Its terms are those of the framework until somebody says otherwise."""
    access.require(actor, "manage_rankings", facts.owner_id)
    framework = _framework(facts.framework_id)
    if Cycle.objects.filter(owner=facts.owner_id, year=facts.year).exists():
        raise DomainError(_("The year %(year)s is drawn up already.") % {"year": facts.year})
    cycle = Cycle(terms=framework.terms, **vars(facts))
    _check(cycle)
    if cycle.parent and cycle.parent.is_rehearsed:
        cycle.rehearsed_on, cycle.rehearsed_since = cycle.parent.rehearsed_on, timezone.now()
    cycle.save(force_insert=True)
    record(cycle, "ranking.year_prepared", actor=actor, unit=cycle.owner, data=_told(facts))
    return cycle


def _framework(framework_id: int) -> Framework:
    found: Framework | None = Framework.objects.filter(
        pk=framework_id, state=FrameworkState.PUBLISHED
    ).first()
    if found is None:
        raise DomainError(_("Choose a published framework."))
    return found


def _told(facts: CycleFacts) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, dt.date) else value
        for key, value in vars(facts).items()
    }


def _check(cycle: Cycle) -> None:
    """Dates in the order in which the work is done; the parent is a year of a unit above."""
    steps = [cycle.children_due, cycle.due, cycle.appeals_due, cycle.publish_due]
    known = [day for day in steps if day is not None]
    if cycle.data_to < cycle.data_from:
        raise CycleRefused(_("“Data until” lies before “Data from”: put the two in order."))
    if known != sorted(known):
        raise CycleRefused(
            _("Put the dates in order: units below, self-assessment, appeals, publication.")
        )
    if cycle.parent and not cycle.owner.path.startswith(cycle.parent.owner.path):
        raise CycleRefused(_("The year above belongs to a unit that is not above this one."))
    if cycle.parent and cycle.parent.year != cycle.year:  # else several would roll up into one
        raise CycleRefused(_("The year above must be the same year."))


CHANGEABLE = ("name", "standing_unit_id", *DATES, "appraisers")


@transaction.atomic
def change(cycle_id: int, facts: CycleFacts, *, actor: User) -> Cycle:
    """Change the dates and the standing body; what belongs to the year's identity stays.

    A date that moves after the opening is told to all units (ranking.council_news); the
    log keeps the old one. Nothing that made the results changes any more once they are released.
    """
    cycle = running(cycle_id, actor)
    before = {name: getattr(cycle, name) for name in CHANGEABLE}
    for name in CHANGEABLE:
        setattr(cycle, name, getattr(facts, name))
    _check(cycle)
    _check_released(cycle, before)
    cycle.save(update_fields=[name.removesuffix("_id") for name in CHANGEABLE])
    changed = {
        name: [str(old), str(getattr(cycle, name))]
        for name, old in before.items()
        if old != getattr(cycle, name)
    }
    record(cycle, "ranking.year_changed", actor=actor, unit=cycle.owner, data={"changed": changed})
    return cycle


SETTLED = ("data_from", "data_to", "due", "appraisers")  # by these the results were made


def _check_released(cycle: Cycle, before: Mapping[str, Any]) -> None:
    """After the release no date makes a late form one in time, and no appeal comes too late that
    would have come in time."""
    if cycle.is_released and any(getattr(cycle, name) != before[name] for name in SETTLED):
        raise CycleRefused(
            _("The results are out: take the year back to the appraisal, with a reason, before the"
              " data window, the due day or the number of appraisers change.")
        )  # fmt: skip
    last = before["appeals_due"]
    if cycle.released_at and last and (cycle.appeals_due is None or cycle.appeals_due < last):
        raise CycleRefused(_("The last day for appeals was told to the units: only later now."))


@transaction.atomic
def enrol(cycle_id: int, units: Sequence[EnrolFacts], *, actor: User) -> int:
    """Say which units are assessed: exactly these. A unit that has written something stays until
    its answers are taken back. Answers how many there are now."""
    cycle = running(cycle_id, actor)
    if cycle.state not in {CycleState.PREPARING, CycleState.OPEN}:
        raise TransitionError(_("The self-assessment is over: units stay as they are."))
    if not units:
        raise DomainError(_("Choose the units that are assessed."))
    groups = {group["code"] for group in cycle.terms.get("groups", [])} or {""}
    if any(facts.group not in groups for facts in units):
        raise DomainError(_("Choose a group of this year for every unit."))
    wanted = {facts.unit_id: facts for facts in units}
    below = Unit.objects.filter(path__startswith=cycle.owner.path, pk__in=wanted)
    found = {unit.pk: unit for unit in below.exclude(pk=cycle.owner_id)}
    if len(found) < len(units):
        raise DomainError(_("A unit is named twice or does not lie below the owner of the year."))
    _leave_out(cycle, set(wanted))
    present = {each.unit_id: each for each in cycle.assessments.all()}
    for pk, facts in wanted.items():
        row = present.get(pk) or Assessment(cycle=cycle, unit=found[pk], unit_name=found[pk].name)
        row.group, row.is_ranked = facts.group, facts.is_ranked
        present[pk] = row
    rows = [present[pk] for pk in wanted]
    Assessment.objects.bulk_create([row for row in rows if row.pk is None])
    Assessment.objects.bulk_update(
        [row for row in rows if row.pk is not None], ["group", "is_ranked"]
    )
    record(cycle, "ranking.units_enrolled", actor=actor, unit=cycle.owner, data={"n": len(rows)})
    return len(rows)


def _leave_out(cycle: Cycle, kept: set[int]) -> None:
    gone = cycle.assessments.exclude(unit__in=kept)
    written = Answer.objects.filter(assessment__in=gone, revision__gt=0).values("assessment")
    kept_rows = gone.filter(
        Q(pk__in=written) | Q(counted_on__isnull=False) | Q(evidence__isnull=False)
    )
    if named := list(kept_rows.values_list("unit_name", flat=True).distinct()[:3]):
        raise DomainError(
            _("These units have written answers already and stay: %(names)s.")
            % {"names": ", ".join(named)}
        )
    gone.delete()


@transaction.atomic
def move(cycle_id: int, to: str, *, actor: User, reason: str = "") -> Cycle:
    """One step of the year's life, or one back with a reason (`models.NEXT`)."""
    cycle = running(cycle_id, actor)
    if to not in NEXT[cycle.state] or to == CycleState.PUBLISHED:
        raise TransitionError()
    order, reason = list(CycleState.values), said_if_any(reason)
    if order.index(to) < order.index(cycle.state):
        reason = said(reason, _("Say why the year goes back a step."))
        cycle.publications.filter(state=PublicationState.PREPARED).update(
            state=PublicationState.DROPPED
        )
    if faults := faults_before(cycle, to):
        raise CycleRefused(" ".join(faults))
    before, cycle.state = cycle.state, CycleState(to)
    now = timezone.now()
    if to == CycleState.OPEN:
        cycle.opened_at = now
    if to == CycleState.PROVISIONAL and cycle.released_at is None:
        cycle.released_at = now
    cycle.save(update_fields=["state", "opened_at", "released_at"])
    if {before, to} & set(rolling.DONE):
        rolling.roll_up(cycle)
    record(
        cycle, "ranking.year_moved", actor=actor, unit=cycle.owner,
        data={"from": before, "to": to, "reason": reason},
    )  # fmt: skip
    return cycle


def faults_before(cycle: Cycle, to: str) -> list[str]:
    """What keeps the year from that step."""
    faults = []
    if to == CycleState.OPEN:
        if not cycle.assessments.exists():
            faults.append(_("No unit is enrolled yet."))
        if not cycle.seats.filter(part=Part.CHAIR, left_on=None).exists():
            faults.append(_("The council has no chair yet."))
        if not cycle.seats.filter(left_on=None, remits__isnull=False).exists():
            faults.append(_("Nobody has an area to appraise yet."))
    if to == CycleState.PROVISIONAL and cycle.assessments.exclude(reopened_at=None).exists():
        faults.append(_("A form is open again: it must be submitted or closed first."))
    is_release = to == CycleState.PROVISIONAL and cycle.state == CycleState.APPRAISAL
    if is_release and cycle.appeals_due and cycle.appeals_due < cycle.today:
        faults.append(_("The last day for appeals is over: set a later one first."))
    if to == CycleState.DECIDED and cycle.state == CycleState.PROVISIONAL:
        if Appeal.objects.filter(assessment__cycle=cycle, answered_at=None).exists():
            faults.append(_("An appeal waits for its answer."))
        if cycle.appeals_due and cycle.appeals_due >= cycle.today:
            faults.append(_("Units may still appeal: the last day is not over."))
        if missing := not_appraised(table_of(cycle, Side.DECIDED)):
            faults.append(missing)
    return faults


def not_appraised(table: Sequence[tuple[Assessment, Standing]]) -> str:
    """The sentence on units that have no total yet; empty when all have one that can have one."""
    missing = [unit.unit_name for unit, line in table if line.total is None and line.applies]
    if not missing:
        return ""
    return _("%(n)s units are not appraised to the end: %(names)s …") % {
        "n": len(missing), "names": ", ".join(missing[:3]),
    }  # fmt: skip


@transaction.atomic
def correct(cycle_id: int, *, actor: User, reason: str) -> Cycle:
    """Take a published year back to the decided state for a corrected version beside the old."""
    cycle: Cycle = Cycle.objects.lock(cycle_id)
    access.require(actor, "manage_rankings", cycle.owner_id)
    if cycle.state != CycleState.PUBLISHED:
        raise TransitionError()
    reason = said(reason, _("Say what is to be corrected."))
    cycle.state = CycleState.DECIDED
    cycle.save(update_fields=["state"])
    record(
        cycle, "ranking.year_moved", actor=actor, unit=cycle.owner,
        data={"from": CycleState.PUBLISHED, "to": cycle.state, "reason": reason},
    )  # fmt: skip
    return cycle
