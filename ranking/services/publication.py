"""Decide and publish: one person prepares the frozen snapshot, another approves it.

The snapshot holds all that the ranking is made of, so it can be computed again (`recomputed`)
without reading another table; its digest says whether it is still what was approved.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from organizations import access
from organizations.models import User
from ranking.models import (
    Assessment,
    Criterion,
    Cycle,
    CycleState,
    Part,
    Publication,
    PublicationState,
    Standing,
)
from ranking.rules import framework as rules
from ranking.rules import standing as lines
from ranking.rules.plain import dump, read
from ranking.services.council import seat_of
from ranking.services.frameworks import as_json, as_rules
from ranking.services.told import said
from ranking.totals import Entry, Side, asked_of, settled, table_of, weights_of


class NotReady(DomainError):
    """Something is not decided yet."""

    code = "ranking_not_ready"


@transaction.atomic
def prepare(cycle_id: int, *, actor: User, reason: str = "") -> Publication:
    """Freeze the decided state. A later version needs a reason: what was wrong in the last one."""
    cycle: Cycle = Cycle.objects.lock(cycle_id)
    access.require(actor, "manage_rankings", cycle.owner_id)
    if cycle.state != CycleState.DECIDED:
        raise TransitionError(_("Results are frozen when the council has decided."))
    if cycle.publications.filter(state=PublicationState.PREPARED).exists():
        raise AlreadyDone(_("A publication waits for the second person already."))
    number = (cycle.publications.aggregate(last=Max("number"))["last"] or 0) + 1
    last = cycle.publications.filter(state=PublicationState.PUBLISHED).exists()
    if number > 1 or last:
        reason = said(reason, _("Say what the new version corrects."))
    table = table_of(cycle, Side.DECIDED)
    if missing := [unit.unit_name for unit, line in table if line.total is None]:
        raise NotReady(
            _("%(n)s units are not appraised to the end: %(names)s …")
            % {"n": len(missing), "names": ", ".join(missing[:3])}
        )
    snapshot = snapshot_of(cycle, table)
    publication: Publication = Publication.objects.create(
        cycle=cycle, number=number, state=PublicationState.PREPARED, snapshot=snapshot,
        digest=digest_of(snapshot), reason=reason.strip(), prepared_at=timezone.now(),
        prepared_by=actor,
    )  # fmt: skip
    record(
        cycle, "ranking.publication_prepared", actor=actor, unit=cycle.owner,
        data={"number": number, "digest": publication.digest, "reason": publication.reason},
    )  # fmt: skip
    return publication


def snapshot_of(cycle: Cycle, table: list[tuple[Assessment, lines.Standing]]) -> dict[str, Any]:
    """Everything that the ranking is made of, as plain JSON."""
    nodes = list(cycle.framework.criteria.order_by("order"))
    entries = settled([unit for unit, _line in table], nodes, Side.DECIDED)
    return {
        "year": cycle.year, "name": cycle.name, "due": cycle.due.isoformat(),
        "framework": as_json(dump(as_rules(cycle.framework))), "terms": cycle.terms,
        "withdrawn": [each.code for each in nodes if each.withdrawn_at],
        "units": [
            _unit(unit, line, nodes, entries.get(unit.pk, {})) for unit, line in table
        ],
    }  # fmt: skip


def _unit(
    unit: Assessment, line: lines.Standing, nodes: list[Criterion], entries: dict[int, Entry]
) -> dict[str, Any]:
    codes = {each.pk: each.code for each in nodes}
    asked = {each.pk for each in asked_of(unit.group, nodes)}
    return {
        "unit_id": unit.unit_id, "name": unit.unit_name, "group": unit.group,
        "is_ranked": unit.is_ranked,
        "counted_on": unit.counted_on.isoformat() if unit.counted_on else None,
        "points": {
            codes[pk]: None if entry.points is None else f"{entry.points.normalize():f}"
            for pk, entry in entries.items() if pk in asked and entry.is_applicable
        },
        "not_applicable": sorted(
            codes[pk] for pk, entry in entries.items() if not entry.is_applicable
        ),
        "parts": parts_of(nodes, entries, asked),
        "total": str(line.total), "percent": str(line.percent), "class": line.label or "",
        "rank": line.rank, "deduction": str(line.deduction), "is_forced": line.is_forced,
    }  # fmt: skip


def parts_of(
    nodes: list[Criterion], entries: dict[int, Entry], asked: set[int]
) -> list[dict[str, str]]:
    """Points of each area with its maximum, weighted; what is not asked is in neither."""
    weights = weights_of(nodes)
    areas = {each.pk: each for each in nodes if each.level == "area"}
    points = dict.fromkeys(areas, Decimal(0))
    maxima = dict.fromkeys(areas, Decimal(0))
    for each in nodes:
        entry = entries.get(each.pk, Entry())
        if each.level != "criterion" or each.pk not in asked or not entry.is_applicable:
            continue
        area = each.area_id or each.pk
        points[area] += weights[each.pk] * (entry.points or Decimal(0))
        maxima[area] += weights[each.pk] * (each.maximum or Decimal(0))
    return [
        {"code": area.code, "title": area.title, "points": f"{points[pk]:f}",
         "maximum": f"{maxima[pk]:f}"}
        for pk, area in areas.items()
    ]  # fmt: skip


def digest_of(snapshot: dict[str, Any]) -> str:
    """SHA-256 of the snapshot as sorted JSON."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def approve(
    publication_id: int, *, actor: User, decision_number: str, decided_on: dt.date
) -> Publication:
    """The second person publishes, with the number and day of the decision: the chair or vice
    chair of the council, or who leads the standing body's work; never who prepared it."""
    publication = _prepared(publication_id)
    cycle = publication.cycle
    _require_second(publication, actor)
    if not decision_number.strip() or decided_on > timezone.localdate():
        raise DomainError(_("Enter the number of the decision and a day that is not to come."))
    if digest_of(publication.snapshot) != publication.digest:
        raise DomainError(
            _("The figures are not those that were frozen. Do not publish; tell the administrator.")
        )
    if cycle.state != CycleState.DECIDED:
        raise TransitionError(_("The year went back a step since the results were frozen."))
    now = snapshot_of(cycle, table_of(cycle, Side.DECIDED))
    if digest_of(now) != publication.digest:
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
    record(
        cycle, "ranking.published", actor=actor, unit=cycle.owner,
        data={"number": publication.number, "digest": publication.digest,
              "decision": publication.decision_number},
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
        data={"number": publication.number, "reason": reason.strip()},
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
    seat = seat_of(publication.cycle_id, actor)
    if seat is None or seat.part not in {Part.CHAIR, Part.VICE}:
        raise access.RefusedError(_("Only the council's chair or vice chair approves."))
    if actor.pk == publication.prepared_by_id:
        raise access.RefusedError(_("You prepared it: somebody else must approve."))


def recomputed(snapshot: dict[str, Any]) -> list[lines.Standing]:
    """The table once more, from the snapshot alone, in the order of its units."""
    content = read(rules.Framework, snapshot["framework"])
    terms = read(rules.Framework, {**snapshot["terms"], "components": [{"code": "-"}]})
    late = terms.lateness and rules.Lateness(
        dt.date.fromisoformat(snapshot["due"]), terms.lateness.due_day_is_late,
        terms.lateness.grace_days, terms.lateness.deduction, terms.lateness.after_grace,
    )  # fmt: skip
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
