"""Importing procedures: stage a file and show what it does, then do exactly that or nothing."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from common.errors import AlreadyDone, DomainError
from common.text import unaccented
from onestop.models import (
    ImportDraft,
    ImportKind,
    Procedure,
    ProcedureState,
    ProcedureVersion,
)
from onestop.queries.import_plan import ADDED, CHANGED, Outcome, Plan, plan_procedures
from onestop.rules import import_procedures as rules
from onestop.rules.import_procedures import ProcedureRow
from onestop.rules.import_table import Fault
from onestop.rules.processes import DATA
from onestop.services import catalogue
from onestop.services.catalogue import ChannelData, ComponentData, Content
from onestop.services.rights import require_catalogue
from organizations.models import User

AnyPlan = TypeVar("AnyPlan", bound=Plan)
KEPT = dt.timedelta(hours=24)  # how long a preview waits for its confirmation


class ImportRefused(DomainError):
    """The file cannot be imported as it is."""

    code = "import_refused"


class PreviewOutdated(DomainError):
    code = "preview_outdated"
    default_message = gettext_lazy(
        "The catalogue changed after this preview was made. Upload the file again."
    )


@dataclass(frozen=True)
class Staged(Generic[AnyPlan]):
    """A file that was read. No draft when it has faults: there is nothing to confirm."""

    plan: AnyPlan
    draft: ImportDraft | None


@transaction.atomic
def stage_procedures(content: bytes, file_name: str, *, actor: User | None) -> Staged[Plan]:
    """Read a file and keep its rows for the confirmation. `actor` None: the command line."""
    if actor is not None:
        require_catalogue(actor)
    parsed = rules.parse(content)
    plan = plan_procedures(parsed.rows, timezone.localdate())
    add_findings(plan, parsed.faults, parsed.warnings)
    if plan.faults:
        return Staged(plan, None)
    rows = [row.as_json() for row in parsed.rows]
    return Staged(plan, keep_draft(ImportKind.PROCEDURES, content, file_name, plan, rows, actor))


def add_findings(plan: Plan, faults: Sequence[Fault], warnings: Sequence[Fault]) -> None:
    """What reading the file found, among what the catalogue said, in the order of the rows."""
    plan.faults = sorted([*faults, *plan.faults], key=lambda fault: fault.row)
    plan.warnings = sorted([*warnings, *plan.warnings], key=lambda fault: fault.row)


def keep_draft(
    kind: str, content: bytes, file_name: str, plan: Plan, rows: list[Any], actor: User | None
) -> ImportDraft:
    """Keep what was read, and throw away previews that nobody confirmed in time."""
    now = timezone.now()
    ImportDraft.objects.filter(expires_at__lt=now, applied_at=None).delete()
    draft: ImportDraft = ImportDraft.objects.create(
        kind=kind,
        owner=actor,
        file_name=file_name[-255:],
        content_hash=hashlib.sha256(content).hexdigest(),
        plan_hash=plan.hash,
        rows=rows,
        expires_at=now + KEPT,
    )
    return draft


@transaction.atomic
def confirm_procedures(draft_id: int, *, actor: User | None, on: dt.date | None = None) -> Plan:
    """Import the staged rows: all of them, published and in force from `on` (today)."""
    draft = take_draft(draft_id, ImportKind.PROCEDURES, actor)
    rows = [ProcedureRow(**values) for values in draft.rows]
    plan = plan_procedures(rows, timezone.localdate())
    if plan.faults or plan.hash != draft.plan_hash:
        raise PreviewOutdated
    by_row = {row.row: row for row in rows}
    day = on or timezone.localdate()
    added = [each for each in plan.outcomes if each.kind == ADDED]
    changed = [each for each in plan.outcomes if each.kind == CHANGED]
    _add([(each, by_row[each.row]) for each in added], day)
    for outcome in changed:
        _change(by_row[outcome.row], outcome, actor)
    finish_draft(draft)
    record(
        draft,
        "procedures.imported",
        actor=actor,
        data={
            "file": draft.file_name,
            "hash": draft.content_hash,
            "added": [each.code for each in added],
            "changed": [each.code for each in changed],
        },
    )
    return plan


def take_draft(draft_id: int, kind: str, actor: User | None) -> ImportDraft:
    """The staged file, locked with every other one that waits: imports go one after another."""
    if actor is not None:
        require_catalogue(actor)
    waiting = ImportDraft.objects.select_for_update(no_key=True).filter(applied_at=None)
    drafts = {draft.pk: draft for draft in waiting.defer("rows").order_by("pk")}
    draft: ImportDraft | None = drafts.get(draft_id)
    if draft is None or draft.kind != kind or draft.owner_id != (actor.pk if actor else None):
        raise AlreadyDone
    if draft.expires_at < timezone.now():
        raise ImportRefused(_("This preview is a day old. Upload the file again."))
    return draft


def finish_draft(draft: ImportDraft) -> None:
    """The rows are in the catalogue now; of the draft only who, when and the hash stay."""
    draft.applied_at = timezone.now()
    draft.rows = []
    draft.save(update_fields=["applied_at", "rows"])


def _add(new: Sequence[tuple[Outcome, ProcedureRow]], day: dt.date) -> None:
    """New procedures in a few statements, however many they are."""
    procedures = Procedure.objects.bulk_create(
        Procedure(code=row.code, search_text=unaccented(f"{row.code} {row.name} {row.field}"))
        for _outcome, row in new
    )
    versions = ProcedureVersion.objects.bulk_create(
        ProcedureVersion(
            procedure=procedure,
            number=1,
            valid_from=day,
            published_at=timezone.now(),
            **facts_of(row),
        )
        for procedure, (_outcome, row) in zip(procedures, new, strict=True)
    )
    contents = [content_of(row, outcome.unit_ids) for outcome, row in new]
    catalogue.write_parts(list(zip(versions, contents, strict=True)))
    for procedure, version in zip(procedures, versions, strict=True):
        procedure.current_version = version
        procedure.state = ProcedureState.PUBLISHED
    Procedure.objects.bulk_update(procedures, ["current_version", "state"], batch_size=1000)


def _change(row: ProcedureRow, outcome: Outcome, actor: User | None) -> None:
    """A new version from today; of a procedure still in draft, its draft."""
    procedure: Procedure = Procedure.objects.get(code=row.code)
    procedure = Procedure.objects.lock(procedure.pk)
    current = procedure.current_version or catalogue.waiting_draft(procedure.pk)
    content = keep_by_hand(content_of(row, outcome.unit_ids), current)
    version = catalogue.waiting_draft(procedure.pk) or ProcedureVersion(
        procedure=procedure, number=catalogue.next_number(procedure.pk)
    )
    catalogue.write_content(version, content)
    if procedure.state == ProcedureState.PUBLISHED:
        catalogue.put_in_force(procedure, version, timezone.localdate())
    else:
        catalogue.write_search_text(procedure, version)
    record(
        procedure,
        "procedure.import_changed",
        actor=actor,
        data={"version": version.number, "columns": [each.column for each in outcome.changes]},
    )


def keep_by_hand(content: Content, current: ProcedureVersion | None) -> Content:
    """What the file does not say stays as it was: papers, fee tiers, the legal basis, the note."""
    if current is None:
        return content
    before = catalogue.content_of_version(current)
    tiers = {each.channel: each for each in before.channels}
    channels = [
        replace(
            each,
            fee_second_from=tiers[each.channel].fee_second_from,
            fee_second_vnd=tiers[each.channel].fee_second_vnd,
            fee_ceiling_vnd=tiers[each.channel].fee_ceiling_vnd,
        )
        if each.channel in tiers and tiers[each.channel].fee_vnd == each.fee_vnd
        else each
        for each in content.channels
    ]
    facts = dict(content.facts)
    if before.facts["legal_basis"] != before.facts["publishing_decision"]:
        facts["legal_basis"] = before.facts["legal_basis"]
    facts["note"] = before.facts["note"]
    return Content(facts, channels, before.components, content.unit_ids)


def facts_of(row: ProcedureRow) -> dict[str, Any]:
    """The version's own columns. The publishing decision is all that the file says of the law."""
    return {
        "name": row.name,
        "field": row.field,
        "level": row.level,
        "agency_name": row.agency,
        "result_name": row.result_name,
        "result_code": row.result_code,
        "legal_basis": row.publishing_decision,
        "publishing_decision": row.publishing_decision,
        "source": row.source,
    }


def _tier(row: ProcedureRow) -> dict[str, str]:
    """The sample second tier of the fee, while the file still names the fee it belongs to."""
    tier = _sample_fees().get(row.code, {})
    return tier if tier.get("fee_vnd") == str(row.fee_direct_vnd) else {}


def content_of(row: ProcedureRow, unit_ids: list[int]) -> Content:
    """What a row says, with the sample papers and fee tiers of the few that have them."""
    tier = {
        name: int(value)
        for name, value in _tier(row).items()
        if name in ("fee_second_from", "fee_second_vnd", "fee_ceiling_vnd")
    }
    channels = []
    for channel in row.channels:
        fee = row.fee_online_vnd if channel == 2 else row.fee_direct_vnd
        extra = tier if fee == row.fee_direct_vnd else {}
        channels.append(
            ChannelData(
                channel=channel,
                limit_amount=Decimal(row.limit_amount),
                limit_unit=row.limit_unit,
                cutoff=row.cutoff_time,
                fee_vnd=fee,
                fee_per=row.fee_per,
                fee_note=row.fee_note or (_tier(row)["note"] if extra else ""),
                **extra,
            )
        )
    return Content(facts_of(row), channels, _sample_components().get(row.code, []), unit_ids)


@lru_cache(maxsize=1)
def _sample_fees() -> dict[str, dict[str, str]]:
    with (DATA / "sample_fees.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}


@lru_cache(maxsize=1)
def _sample_components() -> dict[str, list[ComponentData]]:
    found: dict[str, list[ComponentData]] = {}
    with (DATA / "sample_components.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["code"], []).append(
                ComponentData(
                    name=row["name"],
                    originals=int(row["originals"]),
                    copies=int(row["copies"]),
                    is_required=row["is_required"] == "1",
                    template_name=row["template_name"],
                    note=row["note"],
                    is_sample=True,
                )
            )
    return found
