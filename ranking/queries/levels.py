"""Years one level up and one level down (QĐ 1278/QĐ-CTUBND Điều 9 khoản 3, 4)."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from organizations import access
from organizations.models import User
from ranking.models import Assessment, Cycle


def years_above(user: User) -> QuerySet[Cycle]:
    """Years into which one of a unit that the person runs may roll up: those of units above it.

    That they exist is no secret to who is assessed in them. None for who runs the province's own.
    """
    runs = access.units_where(user, "manage_rankings")
    above = access.units_above(user, "manage_rankings") - set(runs.unit_ids)
    if runs.everywhere:
        above = set()
    found: QuerySet[Cycle] = Cycle.objects.filter(owner__in=above).exclude(state="published")
    return found.order_by("-year", "pk")


def year_before(cycle: Cycle) -> Cycle | None:
    """The newest earlier year of the same owner that has units. One query."""
    earlier = Cycle.objects.filter(owner=cycle.owner_id, year__lt=cycle.year)
    found: Cycle | None = (
        earlier.filter(Exists(Assessment.objects.filter(cycle=OuterRef("pk"))))
        .order_by("-year")
        .first()
    )
    return found


def years_below(cycle: Cycle) -> QuerySet[Cycle]:
    """The years of units below that roll up into this one, with how far they are."""
    found: QuerySet[Cycle] = cycle.children.select_related("owner")
    return found.annotate(
        units=Count("assessments", distinct=True),
        submitted_units=Count(
            "assessments", distinct=True, filter=Q(assessments__submitted_at__isnull=False)
        ),
    ).order_by("owner__name")
