"""What stands in the world of tests/test_access.py: a month's evaluation and a classification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from organizations.models import Unit, User
from reports.models import EvaluationRow, QualitySheet
from reports.rules_evaluation import Month
from reports.services import evaluations, quality

if TYPE_CHECKING:
    from tests.access_objects import Stock
    from tests.people import Town


def evaluated_in(person: User, agency: Unit) -> tuple[int, int]:
    """His row in the sheet of last month."""
    evaluations.open_month(agency.pk, Month.of(timezone.localdate()).before.first)
    row = EvaluationRow.objects.get(person=person)
    return row.evaluation_id, row.pk


def classed_in(person: User, agency: Unit, leader: User) -> tuple[int, int]:
    """His sheet in this half year's classification."""
    today = timezone.localdate()
    quality.open_rounds(
        agency.pk, actor=leader, period="half_year", day=today, comment_until=today
    )  # fmt: skip
    sheet = QualitySheet.objects.get(person=person)
    return sheet.round_id, sheet.pk


def people_ids(town: Town, other_leader: User) -> dict[str, Any]:
    """Of the official and of the outsider."""
    return {
        "row_ids": {
            "own": evaluated_in(town.officer, town.agency),
            "other": evaluated_in(town.outsider, town.other_agency),
        },
        "sheet_ids": {
            "own": classed_in(town.officer, town.agency, town.leader),
            "other": classed_in(town.outsider, town.other_agency, other_leader),
        },
    }


def _ids(stock: Stock, which: str, place: str) -> tuple[int, int]:
    found: tuple[int, int] = getattr(stock, which)["other" if place == "other" else "own"]
    return found


def evaluation(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": _ids(stock, "row_ids", place)[0]}


def evaluated(stock: Stock, place: str) -> dict[str, Any]:
    return dict(zip(("pk", "row_pk"), _ids(stock, "row_ids", place), strict=True))


def classing(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": _ids(stock, "sheet_ids", place)[0]}


def classed(stock: Stock, place: str) -> dict[str, Any]:
    return dict(zip(("pk", "sheet_pk"), _ids(stock, "sheet_ids", place), strict=True))


PEOPLE = {each.__name__: each for each in (evaluation, evaluated, classing, classed)}
