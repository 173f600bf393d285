"""What of the yearly assessment waits for one person, and whom a date concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations import access
from organizations.models import Unit, User
from organizations.rulesets import rules
from ranking import clock, rights
from ranking.models import PRESIDING, UNDER_WAY, Answer, Assessment, Cycle, Seat, given_to
from ranking.rulesets import RANKING


def open_forms() -> QuerySet[Assessment]:
    """Forms in which their units may still write."""
    not_submitted = Q(submitted_at=None) | Q(reopened_at__isnull=False)
    found: QuerySet[Assessment] = Assessment.objects.filter(
        not_submitted, cycle__state__in=UNDER_WAY
    )
    return found


def to_fill(user: User) -> QuerySet[Assessment]:
    """Forms of the person's units that are not submitted."""
    return open_forms().filter(rights.of_units(user, rights.FILL, "unit", "cycle__owner"))


def to_sign(user: User) -> QuerySet[Assessment]:
    """Those that were laid before the head."""
    mine = rights.of_units(user, rights.SUBMIT, "unit", "cycle__owner")
    return open_forms().filter(mine, offered_at__isnull=False)


def given(user: User) -> QuerySet[Answer]:
    """Criteria that the person was asked to fill in, still works for and has not answered."""
    return given_to(user).filter(
        is_complete=False, criterion__withdrawn_at=None, assessment__in=open_forms()
    )


def first_due(user: User) -> dt.date | None:
    """The soonest day on which a form of the person's units is due. One query."""
    day: dt.date | None = (
        to_fill(user).order_by("cycle__due").values_list("cycle__due", flat=True).first()
    )
    return day


def queues(user: User) -> dict[str, QuerySet[Any]]:
    """The heaps of "my work", those only that one of the person's rights opens."""
    found: dict[str, QuerySet[Any]] = {"given": given(user)}
    if access.may(user, rights.FILL):
        found["forms"] = to_fill(user)
    if access.may(user, rights.SUBMIT):
        found["to_sign"] = to_sign(user)
    return found


def digest_lines(user: User) -> list[str]:
    """Sentences of the daily mail: forms that are due, and criteria that were given."""
    lines = []
    days = rules(RANKING, timezone.localdate()).remind_first_days
    forms = (to_sign(user) | to_fill(user)).filter(clock.due_within(days, "cycle__"))
    for form in forms.select_related("cycle").order_by("cycle__due", "pk").distinct()[:10]:
        facts = {"unit": form.unit_name, "year": form.cycle.year, "due": day(form.cycle.due)}
        words = _("The self-assessment of %(unit)s for %(year)s is not submitted; due %(due)s.")
        lines.append(words % facts)
    for answer in given(user).select_related("criterion", "assessment__cycle").order_by("pk")[:10]:
        facts = {"code": answer.criterion.code, "due": day(answer.assessment.cycle.due)}
        lines.append(_("Criterion %(code)s was given to you; due %(due)s.") % facts)
    return lines


def day(value: dt.date) -> str:
    """As people write it."""
    return f"{value:%d/%m/%Y}"


def people_of(unit: Unit, *permissions: str) -> list[User]:
    """Who holds one of these rights on this very unit. One query for each."""
    found = {
        user.pk: user
        for permission in permissions
        for user, where in access.people_with(permission, unit)
        if where == unit
    }
    return list(found.values())


def runners(cycle: Cycle) -> list[User]:
    """Who runs the year, and who presides over its council."""
    chairs = Seat.objects.filter(cycle=cycle, left_on=None, part__in=PRESIDING)
    seated = User.objects.filter(pk__in=chairs.values("person"), is_active=True)
    return _once([*people_of(cycle.owner, "manage_rankings"), *seated])


def judges_with_open_cases(cycle: Cycle) -> list[User]:
    """Members with something to appraise while a criterion is not decided or an appeal open."""
    asked = Answer.objects.filter(assessment__cycle=cycle, assessment__submitted_at__isnull=False)
    decided = Q(
        assessment__verdicts__is_final=True, assessment__verdicts__superseded_at=None,
        assessment__verdicts__criterion=F("criterion"),
    )  # fmt: skip
    is_open = asked.exclude(pk__in=asked.filter(decided).values("pk")).exists()
    appeals = Assessment.objects.filter(
        cycle=cycle, appeals__isnull=False, appeals__answered_at=None
    )
    if not is_open and not appeals.exists():
        return []
    seats = Seat.objects.filter(cycle=cycle, left_on=None, remits__isnull=False)
    return list(User.objects.filter(pk__in=seats.values("person"), is_active=True))


def _once(people: Iterable[User]) -> list[User]:
    return list({user.pk: user for user in people}.values())
