"""The result of a year one level down becomes a figure of the year above.

QĐ 1278/QĐ-CTUBND (Khánh Hòa, 2020) Điều 9 khoản 3, 4: districts assess their communes before
30/10, departments their own units. A province of two levels has no such years, and nothing here
happens.
"""

from __future__ import annotations

from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from organizations.models import Unit
from ranking.measures import MEASURES, measured
from ranking.models import Assessment, Criterion, Cycle, CycleState, Figure, FigureSource
from ranking.rules.numbers import half_up
from ranking.rules.standing import Standing
from ranking.scoring import Scored, State
from ranking.totals import Side, Terms, table_of

DONE = (CycleState.DECIDED, CycleState.PUBLISHED)
KINDS = ("agency", "commune", "centre")  # of units that are assessed
BEST = 2  # classes that count as good: Tốt and Khá of QĐ 1278 Điều 8
MEAN, SHARE = "ranking.children_mean", "ranking.children_share"


def roll_up(child: Cycle) -> int:
    """Write what the decided year came to beside the form of its owner in the year above; of a
    year that went back a step take it away. A step of the service that moved the year."""
    above = child.parent
    if above is None or above.year != child.year or not above.is_under_way:
        return 0
    form = above.assessments.filter(unit=child.owner_id).first()
    form = form and Assessment.objects.lock(form.pk)
    if form and not form.cycle.is_under_way:  # it moved on while we waited
        return 0
    nodes = above.framework.criteria.filter(measure__in=[MEAN, SHARE], withdrawn_at=None)
    found = [node for node in nodes if not form or not node.groups or form.group in node.groups]
    if form is None or not found:
        return 0
    now = timezone.now()
    Figure.objects.filter(
        assessment=form, criterion__in=found, source=FigureSource.UNITS_BELOW, superseded_at=None
    ).update(superseded_at=now)
    if child.state not in DONE:
        return 0
    table, best = table_of(child, Side.DECIDED), _best(child)
    # The best of some are not the best of all; to whom nothing applies has no part in it
    if any(line.total is None and line.applies for _unit, line in table):
        return 0
    made = [_figure(form, node, child, table, best) for node in found]
    figures = [each for each in made if each is not None]
    Figure.objects.bulk_create(figures)
    return len(figures)


def left_out(cycle: Cycle) -> int:
    """How many units below the owner are not assessed in that year. One query."""
    assessed = cycle.assessments.values("unit")
    return int(assessable(cycle).filter(valid_to=None).exclude(pk__in=assessed).count())


def assessable(cycle: Cycle) -> QuerySet[Unit]:
    """Units below the owner of a kind that is assessed."""
    below: QuerySet[Unit] = Unit.objects.filter(path__startswith=cycle.owner.path, kind__in=KINDS)
    return below.exclude(pk=cycle.owner_id)


def _best(child: Cycle) -> list[str]:
    """Labels of the classes that count as good."""
    return [each.label for each in Terms.of(child).framework.classes[:BEST]]


def _told(node: Criterion, words: str) -> tuple[dict[str, str], Scored] | None:
    """The result in words, where the year above asks for it without giving points."""
    if node.kind != "information":
        return None
    given = {"text": words}
    return given, node.scoring_rule.score(given)


def _figure(
    form: Assessment, node: Criterion, child: Cycle, table: list[tuple[Assessment, Standing]],
    best: list[str],
) -> Figure | None:  # fmt: skip
    rows = [
        {"unit": unit.unit_name, "percent": str(line.percent), "class": line.label or ""}
        for unit, line in table
        if line.percent is not None
    ]
    if not rows:
        return None
    if node.measure == MEAN:
        a, b = sum((Decimal(row["percent"]) for row in rows), Decimal(0)), Decimal(100 * len(rows))
        words = _("Mean %(mean)s percent of %(n)s units") % {
            "mean": number_format(half_up(a / len(rows), 2), 2), "n": len(rows),
        }  # fmt: skip
    else:
        classed = [row for row in rows if row["class"]]
        a, b = Decimal(sum(row["class"] in best for row in classed)), Decimal(len(classed))
        words = _("%(a)s of %(b)s units in the classes %(best)s") % {
            "a": a, "b": b, "best": ", ".join(best),
        }  # fmt: skip
    if others := left_out(child):
        words += "; " + _("%(n)s below it are not assessed") % {"n": others}
    found = _told(node, words) or measured(node.scoring_rule, a, b)
    if found is None:
        return None
    given, scored = found
    return Figure(
        assessment=form, criterion=node, source=FigureSource.UNITS_BELOW, input=given,
        points=scored.points, not_applicable=scored.state is State.NOT_APPLICABLE,
        definition=f"{MEASURES[node.measure].words}: {words}"[:300],
        rows={"measure": node.measure, "cycle": child.pk, "name": child.name, "units": rows},
        cut_at=timezone.now(), unit_id=child.owner_id,
    )  # fmt: skip
