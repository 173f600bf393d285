"""What an import of internal processes would do, procedure by procedure: read only."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from common.text import unaccented
from onestop.models import Procedure, Process, ProcessState
from onestop.queries.agencies import AgencyNames, folded
from onestop.queries.import_plan import (
    ADDED,
    CHANGED,
    REFUSED,
    UNCHANGED,
    Change,
    Outcome,
    Plan,
)
from onestop.rules import processes as rules
from onestop.rules.import_steps import StepRow, short_name
from onestop.rules.import_table import Fault
from onestop.rules.processes import StepData
from organizations.models import Unit

_OFFICE = "van phong ubnd tinh"


@dataclass
class StepPlan(Plan):
    """A plan whose outcomes carry the steps that would be written, by procedure code."""

    def __post_init__(self) -> None:
        self.steps: dict[str, list[StepData]] = {}
        self.units: dict[str, int | None] = {}  # whose own process it is; None: the general one
        self.unit_names: dict[int | None, str] = {}  # of the units that steps name

    @property
    def hash(self) -> str:
        """The outcomes and every proposed step: kind, role, unit and share."""
        steps = repr(sorted(self.steps.items()))
        return hashlib.sha256(f"{super().hash} {steps}".encode()).hexdigest()


@dataclass(frozen=True)
class Target:
    """The procedure of a group: its limit, and its processes in use by unit."""

    pk: int
    unit_ids: frozenset[int]
    limit: tuple[Decimal, str]
    in_use: Mapping[int | None, list[StepData]]


class UnitWords:
    """Which unit a step names, beyond the handling and the competent one. One query, then pure."""

    def __init__(self, day: dt.date) -> None:
        rows = list(Unit.objects.valid_on(day).values_list("pk", "name", "kind", "parent_id"))
        self.names = {pk: name for pk, name, _kind, _parent in rows}
        offices = [pk for pk, name, _k, _p in rows if folded(name).startswith(_OFFICE)]
        self.office = offices[0] if offices else None
        self._divisions = [
            (_plain(name), pk, parent) for pk, name, kind, parent in rows if kind == "division"
        ]

    def find(self, step: StepRow, agency_id: int | None) -> tuple[int | None, bool]:
        """(unit, is the unit missing in the portal). No unit: the dossier's own units."""
        who, what = _plain(step.responsible), folded(step.content)
        for_office = "ubnd tinh" in folded(step.responsible) or (
            "lanh dao ubnd tinh" in what and step.kind == "process"
        )
        owner = self.office if for_office else agency_id
        for name, pk, parent in self._divisions:
            if parent == owner and owner is not None and name in who:
                return pk, False
        if for_office:
            return self.office, self.office is None
        return None, False


def _plain(text: str) -> str:
    """Folded, without brackets and with the abbreviation that real files use written out."""
    bare = re.sub(r"\([^)]*\)", " ", unaccented(text)).replace("btxh", "bao tro xa hoi")
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


def plan_processes(groups: Mapping[str, Sequence[StepRow]], day: dt.date) -> StepPlan:
    """Compare the groups with the processes in use. Eight queries, however many groups."""
    plan = StepPlan()
    agencies, words = AgencyNames(day), UnitWords(day)
    plan.unit_names.update(words.names)
    targets = _targets(list(groups))
    for code, rows in groups.items():
        _plan_group(plan, code, rows, targets.get(code), agencies, words)
    return plan


def _plan_group(
    plan: StepPlan,
    code: str,
    rows: Sequence[StepRow],
    target: Target | None,
    agencies: AgencyNames,
    words: UnitWords,
) -> None:
    first = rows[0]
    agency_id = agencies.one(first.agency)
    if target is None:
        plan.faults.append(
            Fault(first.row, "procedure_code", _("The catalogue has no procedure of this code."))
        )
    elif agency_id is None:
        sentence = _("No unit of this name exists today: add it, or correct the name.")
        plan.faults.append(Fault(first.row, "agency", sentence))
    if target is None or agency_id is None:
        plan.outcomes.append(Outcome(first.row, code, first.agency, REFUSED))
        return
    steps = _steps(plan, rows, agency_id, words)
    verdict = rules.check(steps, *target.limit)
    plan.faults += [Fault(first.row, "time_limit", fault) for fault in verdict.faults]
    plan.warnings += [Fault(first.row, "time_limit", warning) for warning in verdict.warnings]
    unit_id = agency_id if agency_id in target.unit_ids and len(target.unit_ids) > 1 else None
    plan.steps[code], plan.units[code] = steps, unit_id
    before = target.in_use.get(unit_id)
    kind = ADDED if before is None else UNCHANGED if before == steps else CHANGED
    changes = [
        Change("steps", "" if before is None else _in_words(before), _in_words(steps))
    ] if kind == CHANGED else []  # fmt: skip
    if verdict.faults:
        kind = REFUSED
    units = [unit_id] if unit_id else []
    plan.outcomes.append(Outcome(first.row, code, first.agency, kind, changes, units))


def _in_words(steps: Sequence[StepData]) -> str:
    return "; ".join(
        f"{step.name} {rules.plain_number(step.share_amount) if step.share_amount else '–'}"
        for step in steps
    )


def _steps(
    plan: StepPlan, rows: Sequence[StepRow], agency_id: int, words: UnitWords
) -> list[StepData]:
    """The steps to write. One that receives and one that returns are added when missing."""
    steps = []
    for row in rows:
        unit_id, is_missing = words.find(row, agency_id)
        if is_missing:
            sentence = _("The unit of this step is not in the portal: choose one afterwards.")
            plan.warnings.append(Fault(row.row, "responsible_role", sentence))
        steps.append(
            StepData(
                kind=row.kind,
                name=short_name(row.content),
                role=row.role,
                content=row.content,
                unit_id=unit_id,
                share_amount=None if row.share_amount is None else Decimal(row.share_amount),
                share_unit=row.share_unit,
                needs_approval=row.kind == "approve",
                responsible_text=row.responsible,
            )
        )
    for kind, at in (("receive", 0), ("return", len(steps) + 1)):
        if kind not in {step.kind for step in steps}:
            sample = next(step for step in rules.default_steps() if step.kind == kind)
            steps.insert(at, StepData(kind=kind, name=sample.name, role=sample.role))
            sentence = _("A step was added that receives or returns; its time is not counted.")
            plan.warnings.append(Fault(rows[0].row, "step_no", sentence))
    return steps


def _targets(codes: Sequence[str]) -> dict[str, Target]:
    """Procedures with a version, their limits and processes in use. Five queries."""
    procedures = (
        Procedure.objects.filter(code__in=codes, current_version__isnull=False)
        .select_related("current_version")
        .prefetch_related("current_version__channels", "current_version__units")
    )
    in_use: dict[int, dict[int | None, list[StepData]]] = {}
    for process in Process.objects.filter(
        procedure__code__in=codes, state=ProcessState.ACTIVE, is_default=False
    ).prefetch_related("steps"):
        in_use.setdefault(process.procedure_id, {})[process.unit_id] = process.as_data()
    found = {}
    for procedure in procedures:
        version = procedure.current_version
        channel = next(iter(version.channels.all()), None)
        found[procedure.code] = Target(
            pk=procedure.pk,
            unit_ids=frozenset(each.unit_id for each in version.units.all()),
            limit=(channel.limit_amount, channel.limit_unit) if channel else (Decimal(0), ""),
            in_use=in_use.get(procedure.pk, {}),
        )
    return found
