"""Who takes part in the ranking at all: the others are not shown its lists."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from common.htmx import Request
from organizations import access
from organizations.models import User
from ranking import rights
from ranking.models import Assessment, Criterion, Cycle
from ranking.services.council import seat_of, seats_of

SEES, RUNS = "fill_assessments", "manage_rankings"


def require_part(user: User) -> None:
    """Pass who fills in forms, runs a year, or sits in a council today. One query at most."""
    if access.may(user, RUNS) or access.may(user, SEES):
        return
    if not seats_of(user).exists():
        access.refuse(SEES)


def council_year(request: Request, pk: int) -> Cycle:
    """A year for its council and who runs it. Three queries at most."""
    rows = Cycle.objects.visible_to(request.user, SEES).select_related("framework", "owner")
    cycle: Cycle = get_object_or_404(rows, pk=pk)
    if seat_of(cycle.pk, request.user) is None:
        access.require(request.user, RUNS, cycle.owner_id)
    return cycle


def visible_form(request: Request, pk: int) -> Assessment:
    """A unit's form with its year, for whoever may see it at all."""
    rows = Assessment.objects.visible_to(request.user, SEES).select_related(
        "cycle__framework", "cycle__owner", "unit__parent", "submitted_by"
    )
    found: Assessment = get_object_or_404(rows, pk=pk)
    return found


def sees_whole(user: User, assessment: Assessment) -> bool:
    """People of the unit who fill in forms, who runs the year, its council; a colleague who was
    given criteria sees those alone. One query at most."""
    if rights.may(user, rights.FILL, assessment):
        return True
    if access.may(user, RUNS, assessment.cycle.owner_id):
        return True
    return seat_of(assessment.cycle_id, user) is not None


def judges(user: User, assessment: Assessment) -> bool:
    """Who runs the year or sits in its council and does not work in the agency of the form. One
    query at most."""
    if rights.works_in(user, assessment):
        return False
    runs = access.may(user, RUNS, assessment.cycle.owner_id)
    return runs or seat_of(assessment.cycle_id, user) is not None


def whole_form(request: Request, pk: int) -> Assessment:
    """A form that the person sees as a whole: also who signs it alone."""
    found = visible_form(request, pk)
    submits = rights.may(request.user, rights.SUBMIT, found)
    if not submits and not sees_whole(request.user, found):
        raise Http404
    return found


def released_form(request: Request, pk: int) -> Assessment:
    """The same once its results are out."""
    found = whole_form(request, pk)
    if not found.cycle.is_released:
        raise Http404
    return found


def is_open(assessment: Assessment) -> bool:
    """Its unit may write in it."""
    return not assessment.is_submitted and assessment.cycle.is_under_way


def scored_node(assessment: Assessment, criterion_pk: int) -> Criterion:
    """A criterion of the form's framework."""
    found: Criterion = get_object_or_404(
        assessment.cycle.framework.criteria.select_related("area"), level="criterion",
        pk=criterion_pk,
    )  # fmt: skip
    return found


def place_of(assessment: Assessment, node: Criterion) -> str:
    """Where the criterion stands on the page of its area."""
    area = node.area or node
    return f"{reverse('ranking:assessment_area', args=[assessment.pk, area.code])}#c{node.pk}"
