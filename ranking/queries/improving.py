"""What a unit would need for the next class, and what it would come to with other points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ranking.models import Assessment, Criterion
from ranking.queries.published import publication_of
from ranking.rules.improving import Gain, NextClass, Sheet, next_class
from ranking.rules.sensitivity import Ladder
from ranking.rules.standing import Standing, printed_of, timing
from ranking.totals import Side, Terms, asked_of, entries_of, settled, share_of, weights_of

MOST = 300  # criteria on the page: those with the most to give


@dataclass(frozen=True)
class Item:
    """A criterion with what it still has to give; `has`: points now, before weight."""

    node: Criterion
    has: Decimal
    gain: Gain


@dataclass(frozen=True)
class Outlook:
    """Where a unit stands and what would bring it further."""

    sheet: Sheet
    side: Side
    line: Standing
    items: Sequence[Item]
    steps: NextClass | None
    unanswered: int  # counted as zero: only before anything is decided
    compared: int  # among them: compared within the group, known once the results are released

    @property
    def chosen(self) -> list[Item]:
        """The criteria that bring the next class."""
        wanted = {gain.key for gain in self.steps.gains} if self.steps else set()
        return [item for item in self.items if item.node.pk in wanted]


def outlook_of(assessment: Assessment) -> Outlook:
    """By what the council decided once that is released, else by what the unit says itself.

    Three queries. Of other units only decided and released figures are read, and those where a
    criterion compares within the group: what others write in their forms is nobody's to know.
    """
    cycle = assessment.cycle
    side = Side.DECIDED if cycle.is_released else Side.OWN
    nodes = list(cycle.framework.criteria.order_by("order"))
    weights, terms = weights_of(nodes), Terms.of(cycle)
    compares = {node.pk for node in nodes if node.kind == "best_of_group"}
    if side is Side.DECIDED and compares:
        rivals = cycle.assessments.filter(group=assessment.group)
        entries = settled(rivals, nodes, side).get(assessment.pk, {})
    else:
        entries = entries_of([assessment.pk], side).get(assessment.pk, {})
    asked = {node.pk for node in asked_of(assessment.group, nodes)}
    shares = {
        node.pk: share_of(node, entries, weights[node.pk], is_asked=node.pk in asked)
        for node in nodes
        if node.level == "criterion"
    }
    waiting = [key for key, share in shares.items() if share.is_applicable and share.points is None]
    if side is Side.OWN:
        shares |= {key: replace(shares[key], points=Decimal(0)) for key in waiting}
    late = timing(terms.lateness_of(cycle), assessment.counted_on or cycle.today)
    sheet = Sheet(shares, late, terms.scale, terms.framework.classes)
    known = {node.pk: node for node in nodes}
    items = [Item(known[gain.key], shares[gain.key].points or Decimal(0), gain)
             for gain in sheet.gains()]  # fmt: skip
    return Outlook(
        sheet, side, sheet.line(), items[:MOST], next_class(sheet),
        len(waiting) if side is Side.OWN else 0,
        sum(key in compares and entries.get(key) is not None for key in waiting),
    )  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """What the unit would come to; `rank` only beside a published table."""

    line: Standing
    rank: int | None


def tried(assessment: Assessment, outlook: Outlook, points: Mapping[int, Decimal]) -> Tried:
    """With these points. Two queries once the year is published, none before."""
    line, cycle = outlook.sheet.line(points), assessment.cycle
    value = printed_of(line, outlook.sheet.scale)
    is_public = cycle.state == "published" and cycle.owner.kind == "province"
    publication = publication_of(cycle.year) if is_public else None
    if value is None or publication is None or not assessment.is_ranked:
        return Tried(line, None)
    name = "percent" if outlook.sheet.scale.rank_by == "percent" else "total"
    rows = publication.standings.filter(group=assessment.group, rank__isnull=False)
    others = dict(rows.values_list("unit", name))
    own = others.get(assessment.unit_id)
    if own is None:
        return Tried(line, None)
    ladder = Ladder(sorted(others.values()), outlook.sheet.scale.ties == "dense")
    return Tried(line, ladder.rank(value, own))
