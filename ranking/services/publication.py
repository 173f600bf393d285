"""Decide and publish: one person prepares the frozen snapshot, another approves it.

The snapshot holds all that the ranking is made of, so it can be computed again (`recomputed`)
without reading another table; its digest says whether it is still what was approved.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.digests import digest_of_data
from common.errors import AlreadyDone, DomainError, TransitionError
from organizations import access
from organizations.models import User
from ranking.models import (
    Assessment,
    Cycle,
    CycleState,
    Publication,
    PublicationState,
    Standing,
)
from ranking.rules import framework as rules
from ranking.rules import standing as lines
from ranking.rules.numbers import plain
from ranking.rules.plain import dump, read
from ranking.services import rolling
from ranking.services.council import presides
from ranking.services.cycles import not_appraised
from ranking.services.frameworks import as_json, as_rules
from ranking.services.told import said, said_if_any
from ranking.totals import Basis, Side, asked_of


class NotReady(DomainError):
    """Something is not decided yet."""

    code = "ranking_not_ready"


@transaction.atomic
def prepare(cycle_id: int, *, actor: User, reason: str = "") -> Publication:
    """Freeze the decided state. After a published version it needs a reason: what was wrong."""
    cycle: Cycle = Cycle.objects.lock(cycle_id)
    access.require(actor, "manage_rankings", cycle.owner_id)
    if cycle.state != CycleState.DECIDED:
        raise TransitionError(_("Results are frozen when the council has decided."))
    if cycle.publications.filter(state=PublicationState.PREPARED).exists():
        raise AlreadyDone(_("A publication waits for the second person already."))
    public = cycle.publications.filter(state=PublicationState.PUBLISHED)
    number = (public.aggregate(last=Max("number"))["last"] or 0) + 1
    if number > 1:
        reason = said(reason, _("Say what the new version corrects."))
    reason = said_if_any(reason)
    basis = Basis.of(cycle, Side.DECIDED)
    table = basis.table()
    if missing := not_appraised(table):
        raise NotReady(missing)
    snapshot = snapshot_of(basis, table)
    publication: Publication = Publication.objects.create(
        cycle=cycle, number=number, state=PublicationState.PREPARED, snapshot=snapshot,
        digest=digest_of_data(snapshot), reason=reason, prepared_at=timezone.now(),
        prepared_by=actor,
    )  # fmt: skip
    record(
        cycle, "ranking.publication_prepared", actor=actor, unit=cycle.owner,
        data={"number": number, "digest": publication.digest, "reason": publication.reason,
              "publication": publication.pk},
    )  # fmt: skip
    return publication


def snapshot_of(basis: Basis, table: list[tuple[Assessment, lines.Standing]]) -> dict[str, Any]:
    """Everything that the ranking is made of, as plain JSON; units to which nothing applies have
    no line, and are named."""
    cycle = basis.cycle
    empty = sorted(unit.unit_name for unit, line in table if not line.applies)
    return {
        "year": cycle.year, "name": cycle.name, "due": cycle.due.isoformat(),
        "framework": as_json(dump(as_rules(cycle.framework))), "terms": cycle.terms,
        "withdrawn": [each.code for each in basis.nodes if each.withdrawn_at],
        "units": [_unit(basis, unit, line) for unit, line in table if line.applies],
        **({"nothing_applies": empty} if empty else {}),
    }  # fmt: skip


def _unit(basis: Basis, unit: Assessment, line: lines.Standing) -> dict[str, Any]:
    codes = {each.pk: each.code for each in basis.nodes}
    asked = {each.pk for each in asked_of(unit.group, basis.nodes)}
    entries = basis.entries.get(unit.pk, {})
    return {
        "unit_id": unit.unit_id, "name": unit.unit_name, "group": unit.group,
        "is_ranked": unit.is_ranked,
        "counted_on": unit.counted_on.isoformat() if unit.counted_on else None,
        "points": {
            codes[pk]: None if entry.points is None else plain(entry.points)
            for pk, entry in entries.items() if pk in asked and entry.is_applicable
        },
        "not_applicable": sorted(
            codes[pk] for pk, entry in entries.items() if not entry.is_applicable
        ),
        "parts": basis.parts(unit),
        "total": str(line.total), "percent": str(line.percent), "class": line.label or "",
        "rank": line.rank, "deduction": str(line.deduction), "is_forced": line.is_forced,
    }  # fmt: skip


@transaction.atomic
def approve(
    publication_id: int, *, actor: User, decision_number: str, decided_on: dt.date
) -> Publication:
    """The second person publishes, with the number and day of the decision: the chair or vice
    chair of the council, or who leads the standing body's work; never who prepared it."""
    publication = _prepared(publication_id)
    cycle = publication.cycle
    _require_second(publication, actor)
    if not decision_number.strip() or decided_on > cycle.today:
        raise DomainError(_("Enter the number of the decision and a day that is not to come."))
    if digest_of_data(publication.snapshot) != publication.digest:
        raise DomainError(
            _("The figures are not those that were frozen. Do not publish; tell the administrator.")
        )
    if cycle.state != CycleState.DECIDED:
        raise TransitionError(_("The year went back a step since the results were frozen."))
    basis = Basis.of(cycle, Side.DECIDED)
    now = snapshot_of(basis, basis.table())
    if digest_of_data(now) != publication.digest:
        raise DomainError(
            _("Something was decided since the results were frozen: freeze them again.")
        )
    publication.state = PublicationState.PUBLISHED
    publication.decision_number, publication.decided_on = decision_number.strip(), decided_on
    publication.approved_at, publication.approved_by = timezone.now(), actor
    publication.save(
        update_fields=["state", "decision_number", "decided_on", "approved_at", "approved_by"]
    )
    Standing.objects.bulk_create(
        _standing(publication, each) for each in publication.snapshot["units"]
    )
    cycle.state = CycleState.PUBLISHED
    cycle.save(update_fields=["state"])
    rolling.roll_up(cycle)  # a corrected version says something else above, too
    record(
        cycle, "ranking.published", actor=actor, unit=cycle.owner,
        data={"number": publication.number, "digest": publication.digest,
              "decision": publication.decision_number, "publication": publication.pk},
    )  # fmt: skip
    return publication


def _standing(publication: Publication, unit: dict[str, Any]) -> Standing:
    return Standing(
        publication=publication, unit_id=unit["unit_id"], unit_name=unit["name"],
        group=unit["group"], total=Decimal(unit["total"]), percent=Decimal(unit["percent"]),
        deduction=Decimal(unit["deduction"]), label=unit["class"], is_forced=unit["is_forced"],
        rank=unit["rank"], parts=unit["parts"],
    )  # fmt: skip


@transaction.atomic
def drop(publication_id: int, *, actor: User, reason: str) -> Publication:
    """The second person does not approve; it goes back with a reason."""
    publication = _prepared(publication_id)
    _require_second(publication, actor)
    reason = said(reason, _("Say why it is not published."))
    publication.state = PublicationState.DROPPED
    publication.save(update_fields=["state"])
    record(
        publication.cycle, "ranking.publication_dropped", actor=actor,
        unit=publication.cycle.owner,
        data={"number": publication.number, "reason": reason,
              "publication": publication.pk},
    )  # fmt: skip
    return publication


def _prepared(publication_id: int) -> Publication:
    found = Publication.objects.get(pk=publication_id)
    Cycle.objects.lock(found.cycle_id)
    found.refresh_from_db()
    if found.state != PublicationState.PREPARED:
        raise AlreadyDone()
    return found


def _require_second(publication: Publication, actor: User) -> None:
    if not presides(publication.cycle_id, actor):
        raise access.RefusedError(_("Only the council's chair or vice chair approves."))
    if actor.pk == publication.prepared_by_id:
        raise access.RefusedError(_("You prepared it: somebody else must approve."))


def recomputed(snapshot: dict[str, Any]) -> list[lines.Standing]:
    """The table once more, from the snapshot alone, in the order of its units."""
    content = read(rules.Framework, snapshot["framework"])
    terms = rules.terms_of(snapshot["terms"])
    late = terms.lateness and terms.lateness.due_on(dt.date.fromisoformat(snapshot["due"]))
    found = []
    for unit in snapshot["units"]:
        day = dt.date.fromisoformat(unit["counted_on"]) if unit["counted_on"] else None
        raw = lines.raw_total(_shares(content, snapshot, unit), terms.scale.maximum)
        found.append(
            lines.standing(raw, lines.timing(late, day), terms.scale.maximum or Decimal(0),
                           terms.scale, terms.classes)
        )  # fmt: skip
    ranks = [place for place, unit in enumerate(snapshot["units"]) if unit["is_ranked"]]
    placed = lines.ranked(
        [(snapshot["units"][place]["group"], found[place]) for place in ranks], terms.scale
    )
    for place, line in zip(ranks, placed, strict=True):
        found[place] = line
    return found


@dataclass(frozen=True)
class Unequal:
    """A figure of a snapshot that does not follow from its inputs."""

    unit: str
    what: str  # total, percent, class, rank, deduction
    said: str
    computed: str


def faults_of(snapshot: dict[str, Any]) -> list[Unequal]:
    """Every figure of the frozen table that is not what its own inputs give, line by line."""
    found = []
    for unit, line in zip(snapshot["units"], recomputed(snapshot), strict=True):
        again = {
            "total": str(line.total), "percent": str(line.percent), "class": line.label or "",
            "rank": line.rank, "deduction": str(line.deduction), "is_forced": line.is_forced,
        }  # fmt: skip
        found += [
            Unequal(unit["name"], what, str(unit[what]), str(value))
            for what, value in again.items()
            if unit[what] != value
        ]
    return found


def differing(publication: Publication) -> list[Unequal]:
    """Every figure of the public lines that is not the snapshot's. One query."""
    if publication.state != PublicationState.PUBLISHED:
        return []
    rows = {row.unit_id: row for row in publication.standings.all()}
    found = []
    for unit in publication.snapshot["units"]:
        row, frozen = rows.pop(unit["unit_id"], None), _standing(publication, unit)
        found += [
            Unequal(unit["name"], name, str(getattr(row, name, None)), str(getattr(frozen, name)))
            for name in FROZEN
            if getattr(row, name, None) != getattr(frozen, name)
        ]
    return found + [Unequal(row.unit_name, "line", "there", "nothing") for row in rows.values()]


FROZEN = (
    "unit_name", "group", "total", "percent", "deduction", "label", "is_forced", "rank", "parts",
)  # fmt: skip


def _shares(
    content: rules.Framework, snapshot: dict[str, Any], unit: dict[str, Any]
) -> list[lines.Share]:
    away = {*snapshot["withdrawn"], *unit["not_applicable"]}
    shares: list[lines.Share] = []

    def walk(node: rules.Node, weight: Decimal) -> None:
        weight = weight * node.weight
        for child in rules.children_of(node):
            walk(child, weight)
        if isinstance(node, rules.Criterion):
            asked = not node.groups or unit["group"] in node.groups
            applies = asked and node.code not in away
            given = unit["points"].get(node.code)
            points = Decimal(given) if given is not None else None
            if points is None and node.kind == "information":
                points = Decimal(0)
            shares.append(lines.Share(points, node.maximum, weight, applies))

    for top in content.top:
        walk(top, Decimal(1))
    return shares
