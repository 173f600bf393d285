"""Who may open a piece of evidence, and what a form has that another criterion could use."""

from __future__ import annotations

from organizations import access
from organizations.models import User
from ranking import rights
from ranking.models import Assessment, Criterion, Evidence
from ranking.queries.sheets import Sheet
from ranking.services.council import remit_covers, seat_of
from ranking.services.evidence import usable_by


def opens(user: User, assessment: Assessment, found: Evidence) -> bool:
    """The unit, a colleague who was given one of its criteria, who appraises one of them or
    presides, and who runs the year; never another unit. Five queries at most."""
    if rights.may(user, rights.FILL, assessment):
        return True
    if access.may(user, "manage_rankings", assessment.cycle.owner_id):
        return True
    criteria = list(Criterion.objects.filter(pk__in=found.uses.values("criterion")))
    if assessment.answers.filter(colleague=user.pk, criterion__in=criteria).exists():
        return True  # that he still works in the unit: `visible_to` asked
    seat = seat_of(assessment.cycle_id, user)
    if seat is None or rights.works_in(user, assessment):
        return False
    return seat.presides or any(
        remit_covers(seat, each.area_id or each.pk, assessment.group) for each in criteria
    )


def by_area(
    sheet: Sheet, person_id: int | None = None, without: int | None = None
) -> list[tuple[Criterion, list[Criterion]]]:
    """The criteria that one may choose, under their areas; of a colleague those given to him."""
    given = None if person_id is None else sheet.given_to(person_id)
    found: list[tuple[Criterion, list[Criterion]]] = []
    for area in sheet.nodes:
        if area.level != "area":
            continue
        nodes = [
            node for node in sheet.of_area(area)
            if node.pk != without and (given is None or node.pk in given)
        ]  # fmt: skip
        if nodes:
            found.append((area, nodes))
    return found


def usable(user: User, assessment: Assessment, node: Criterion) -> list[Evidence]:
    """What the form has already and this criterion does not use, newest first; 200 at most."""
    rows = usable_by(user, assessment).exclude(uses__criterion=node).select_related("file")
    return list(rows.order_by("-pk")[:200])
