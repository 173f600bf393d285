"""How objects of the ranking are named in addresses, by kind: tests/access_objects.py.

Runs inside the scope of the province; in 2026 units fill in, 2025 is provisional, 2024 published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.access_objects import Stock


def criteria(stock: Stock, place: str) -> dict[str, Any]:
    """A published framework of the province."""
    return {"pk": stock.year.framework.pk}


def criterion(stock: Stock, place: str) -> dict[str, Any]:
    return criteria(stock, place) | {"criterion_pk": stock.year.node("1.9").pk}


def year(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.year.cycle.pk}


def sheet(stock: Stock, place: str) -> dict[str, Any]:
    """An agency's form of the year."""
    return {"pk": (stock.year.other if place == "other" else stock.year.own).pk}


def area(stock: Stock, place: str) -> dict[str, Any]:
    return sheet(stock, place) | {"code": "1"}


def answer(stock: Stock, place: str) -> dict[str, Any]:
    return sheet(stock, place) | {"criterion_pk": stock.year.node("1.9").pk}


def judged(stock: Stock, place: str) -> dict[str, Any]:
    """An agency's form as the council sees it."""
    return year(stock, place) | {"assessment_pk": sheet(stock, place)["pk"]}


def verdict(stock: Stock, place: str) -> dict[str, Any]:
    return judged(stock, place) | {"criterion_pk": stock.year.node("1.9").pk}


def proof(stock: Stock, place: str) -> dict[str, Any]:
    """Evidence of a form, as a file."""
    return sheet(stock, place) | {"evidence_pk": _proof_at(stock, place)}


def proved(stock: Stock, place: str) -> dict[str, Any]:
    """Evidence of a form beside its criterion."""
    return answer(stock, place) | {"evidence_pk": _proof_at(stock, place)}


def _proof_at(stock: Stock, place: str) -> int:
    return stock.proof_ids["other" if place == "other" else "own"]


def commented(stock: Stock, place: str) -> dict[str, Any]:
    """A draft framework that is open for comments."""
    return {"pk": stock.years.comment.framework_id}


def comment(stock: Stock, place: str) -> dict[str, Any]:
    return commented(stock, place) | {"comment_pk": stock.years.comment.pk}


def seat(stock: Stock, place: str) -> dict[str, Any]:
    return year(stock, place) | {"seat_pk": stock.year.cycle.seats.order_by("pk")[0].pk}


def result(stock: Stock, place: str) -> dict[str, Any]:
    """An agency's form of the year whose results are provisional."""
    return {"pk": stock.years.provisional["other" if place == "other" else "own"].pk}


def handed(stock: Stock, place: str) -> dict[str, Any]:
    """One submission of such a form."""
    form = stock.years.provisional["other" if place == "other" else "own"]
    return {"pk": form.pk, "submission_pk": stock.submission_ids[form.pk]}


def result_line(stock: Stock, place: str) -> dict[str, Any]:
    return result(stock, place) | {"criterion_pk": stock.year.node("1.10").pk}


def inquiry(stock: Stock, place: str) -> dict[str, Any]:
    return result(stock, place) | {"inquiry_pk": stock.years.inquiry.pk}


def ruled(stock: Stock, place: str) -> dict[str, Any]:
    """The same form as the council sees it."""
    form = stock.years.provisional["other" if place == "other" else "own"]
    return {"pk": form.cycle_id, "assessment_pk": form.pk}


def ruling(stock: Stock, place: str) -> dict[str, Any]:
    """A criterion of area 1 that is decided and may be decided anew."""
    return ruled(stock, place) | {"criterion_pk": stock.year.node("1.9").pk}


def appeal(stock: Stock, place: str) -> dict[str, Any]:
    return ruled(stock, place) | {"appeal_pk": stock.years.appeal.pk}


def appealed(stock: Stock, place: str) -> dict[str, Any]:
    """The same appeal as its unit sees it."""
    found = stock.years.appeal
    return {"pk": found.assessment_id, "appeal_pk": found.pk}


def frozen(stock: Stock, place: str) -> dict[str, Any]:
    """A publication that waits for the second person."""
    found = stock.years.prepared
    return {"pk": found.cycle_id, "publication_pk": found.pk}


def published(stock: Stock, place: str) -> dict[str, Any]:
    return {"year": 2024}


def profile(stock: Stock, place: str) -> dict[str, Any]:
    """A unit's line of that year; in the other province another one."""
    return {"year": 2024, "code": stock.town.agency.code}


def check(stock: Stock, place: str) -> dict[str, Any]:
    """A criterion of the year that a department checks."""
    return {"pk": stock.check_ids["other" if place == "other" else "own"]}


def across(stock: Stock, place: str) -> dict[str, Any]:
    """A criterion of all units."""
    return year(stock, place) | {"code": "1.9"}


def counted(stock: Stock, place: str) -> dict[str, Any]:
    """A figure of the portal beside a form."""
    figure_pk = stock.figure_ids["other" if place == "other" else "own"]
    return sheet(stock, place) | {"figure_pk": figure_pk}


def checked(stock: Stock, place: str) -> dict[str, Any]:
    """Of a unit whose form is not submitted."""
    return check(stock, place) | {"assessment_pk": stock.year.other.pk}


RANKING = {
    each.__name__: each
    for each in (
        across,
        check,
        checked, counted,
        criteria, criterion, year, sheet, area, answer, judged, verdict, proof, proved,
        commented, comment, seat, result, handed, result_line, inquiry, ruled, ruling, appeal,
        appealed, frozen, published, profile,
    )
}  # fmt: skip
