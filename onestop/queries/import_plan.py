"""What an import would do, row by row: read only, made anew before the confirmation."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from onestop.models import Procedure, ProcedureState, ProcedureVersion
from onestop.queries.agencies import AgencyNames
from onestop.rules.import_procedures import ProcedureRow
from onestop.rules.import_table import LISTED_FAULTS, Fault

ADDED, CHANGED, UNCHANGED, REFUSED = "added", "changed", "unchanged", "refused"
SAMPLE = "Mẫu:"  # begins a note that the portal added to sample fees; no file says it
# The columns that are compared; the row number is the file's and says nothing.
COMPARED = (
    "name", "field", "level", "agency", "limit_amount", "limit_unit", "cutoff", "fee_online_vnd",
    "fee_direct_vnd", "fee_per", "fee_note", "channels", "result_name", "result_code",
    "publishing_decision", "source",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One column of a row that differs."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Outcome:
    """What happens to one row."""

    row: int
    code: str
    name: str
    kind: str
    changes: list[Change] = field(default_factory=list)
    unit_ids: list[int] = field(default_factory=list)


@dataclass
class Plan:
    """All rows, and what stands in the way. Nothing is imported while there is a fault."""

    outcomes: list[Outcome] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def count(self, kind: str) -> int:
        return sum(outcome.kind == kind for outcome in self.outcomes)

    @property
    def hash(self) -> str:
        """Same rows, same outcomes: what a person confirmed is what is done."""
        text = json.dumps([asdict(outcome) for outcome in self.outcomes], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """For the command: figures, and the first 1,000 of all faults and warnings."""
        return {
            "added": self.count(ADDED),
            "changed": self.count(CHANGED),
            "unchanged": self.count(UNCHANGED),
            "fault_count": len(self.faults),
            "warning_count": len(self.warnings),
            "warnings": [warning.as_dict() for warning in self.warnings[:LISTED_FAULTS]],
            "faults": [fault.as_dict() for fault in self.faults[:LISTED_FAULTS]],
        }


def plan_procedures(rows: Sequence[ProcedureRow], day: dt.date) -> Plan:
    """Compare the rows with the catalogue. Seven queries, however many rows."""
    plan = Plan()
    agencies = AgencyNames(day)
    known = _known([row.code for row in rows])
    for row in rows:
        competent = agencies.find(row.agency, row.level)
        unit_ids = sorted(competent.unit_ids)
        outcome = _outcome(row, known.get(row.code), unit_ids)
        if not competent.is_known:
            words = _("No unit of this name exists today: add it, or correct the name.")
            plan.faults.append(Fault(row.row, "agency", words))
            outcome = Outcome(row.row, row.code, row.name, REFUSED)
        elif not unit_ids:
            words = _("No unit of this kind in the portal: nobody can receive the procedure yet.")
            plan.warnings.append(Fault(row.row, "agency", words))
        if refusal := _refusal(known.get(row.code)):
            plan.faults.append(Fault(row.row, "code", refusal))
            outcome = Outcome(row.row, row.code, row.name, REFUSED)
        plan.outcomes.append(outcome)
    return plan


@dataclass(frozen=True)
class Known:
    """A procedure that the catalogue has, in the words of a file."""

    state: str
    has_waiting_draft: bool
    facts: dict[str, Any]
    unit_ids: list[int]


def _refusal(known: Known | None) -> str:
    if known is None:
        return ""
    if known.state == ProcedureState.WITHDRAWN:
        return _("This procedure was withdrawn: announce it again by hand.")
    if known.state == ProcedureState.PUBLISHED and known.has_waiting_draft:
        return _("A draft of this procedure waits: publish it or throw it away first.")
    return ""


def _outcome(row: ProcedureRow, known: Known | None, unit_ids: list[int]) -> Outcome:
    if known is None:
        return Outcome(row.row, row.code, row.name, ADDED, unit_ids=unit_ids)
    new = row.as_json()
    changes = [
        Change(column, shown(known.facts[column]), shown(new[column]))
        for column in COMPARED
        if known.facts[column] != new[column]
    ]
    if known.unit_ids != unit_ids:
        changes.append(Change("units", str(len(known.unit_ids)), str(len(unit_ids))))
    kind = CHANGED if changes else UNCHANGED
    return Outcome(row.row, row.code, row.name, kind, changes, unit_ids)


def shown(value: Any) -> str:
    """A cell as a file would write it."""
    if value is None:
        return ""
    return "; ".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _known(codes: Iterable[str]) -> dict[str, Known]:
    procedures = list(
        Procedure.objects.filter(code__in=list(codes)).values_list(
            "pk", "code", "state", "current_version_id"
        )
    )
    drafts: dict[int, int] = dict(
        ProcedureVersion.objects.filter(
            procedure__in=[pk for pk, *_rest in procedures], published_at=None
        ).values_list("procedure_id", "pk")
    )
    compared = {pk: current or drafts.get(pk) for pk, _code, _state, current in procedures}
    facts = _facts([pk for pk in compared.values() if pk])
    return {
        code: Known(state, pk in drafts, *facts[compared[pk] or 0])
        for pk, code, state, _current in procedures
        if compared[pk]
    }


def _facts(version_ids: Sequence[int]) -> dict[int, tuple[dict[str, Any], list[int]]]:
    """The facts and units of the versions. Three queries."""
    versions = ProcedureVersion.objects.filter(pk__in=version_ids).prefetch_related(
        "channels", "units"
    )
    found: dict[int, tuple[dict[str, Any], list[int]]] = defaultdict(lambda: ({}, []))
    for version in versions:
        units = sorted(each.unit_id for each in version.units.all())
        found[version.pk] = (_as_row(version), units)
    return found


def _as_row(version: ProcedureVersion) -> dict[str, Any]:
    """A version in the words of a file; the counter's limit stands for all channels."""
    channels = {each.channel: each for each in version.channels.all()}
    first = channels[min(channels)] if channels else None
    direct = channels.get(1) or channels.get(3)
    online = channels.get(2)
    return {
        "name": version.name,
        "field": version.field,
        "level": version.level,
        "agency": version.agency_name,
        "limit_amount": f"{first.limit_amount.normalize():f}" if first else "0",
        "limit_unit": first.limit_unit if first else "",
        "cutoff": f"{first.cutoff:%H:%M}" if first and first.cutoff else "",
        "fee_online_vnd": online.fee_vnd if online else None,
        "fee_direct_vnd": direct.fee_vnd if direct else None,
        "fee_per": first.fee_per if first else "",
        "fee_note": first.fee_note if first and not first.fee_note.startswith(SAMPLE) else "",
        "channels": sorted(channels),
        "result_name": version.result_name,
        "result_code": version.result_code,
        "publishing_decision": version.publishing_decision,
        "source": version.source,
    }
