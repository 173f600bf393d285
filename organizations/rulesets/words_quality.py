"""The rules of the classification in people's words: field → its name, its unit and source."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

PRESS_POINTS = gettext_lazy("Points; Decree 335 of 2025 as the press told it")
PRESS_PERCENT = gettext_lazy("Percent; Decree 335 of 2025 as the press told it")
QUALITY: dict[str, tuple[str | Promise, str | Promise]] = {
    "quality_basis": (
        gettext_lazy("Class follows from"),
        gettext_lazy("Conditions: Decree 90 of 2020; points: Decree 335 of 2025, from the press"),
    ),
    "quality_exceed": (
        gettext_lazy("Excellent: tasks that exceed the requirement at least"),
        gettext_lazy("Percent of the tasks done; Decree 90 of 2020"),
    ),
    "quality_fulfilled_unmet": (
        gettext_lazy("Fulfilled: late or weak at most"),
        gettext_lazy("Percent; Decree 90 of 2020"),
    ),
    "quality_failed_unmet": (
        gettext_lazy("Not fulfilled: late or weak, more than"),
        gettext_lazy("Percent; Decree 90 of 2020"),
    ),
    "quality_unit_timely": (
        gettext_lazy("Head, fulfilled well: of the unit in time at least"),
        gettext_lazy("Percent; Decree 90 of 2020"),
    ),
    "quality_unit_fulfilled": (
        gettext_lazy("Head, fulfilled: the unit has done more than"),
        gettext_lazy("Percent; Decree 90 of 2020"),
    ),
    "quality_unit_failed": (
        gettext_lazy("Head, not fulfilled: the unit has done less than"),
        gettext_lazy("Percent; Decree 90 of 2020"),
    ),
    "quality_excellent_points": (
        gettext_lazy("Excellent: points at least"),
        PRESS_POINTS,
    ),
    "quality_good_points": (
        gettext_lazy("Fulfilled well: points at least"),
        PRESS_POINTS,
    ),
    "quality_fulfilled_points": (
        gettext_lazy("Fulfilled: points at least"),
        PRESS_POINTS,
    ),
    "quality_general_points": (
        gettext_lazy("Points for the general criteria at most"),
        PRESS_POINTS,
    ),
    "quality_result_points": (
        gettext_lazy("Points for the results at most"),
        PRESS_POINTS,
    ),
    "quality_review_percent": (
        gettext_lazy("A failed review takes from a product"),
        PRESS_PERCENT,
    ),
    "quality_delay_percent": (
        gettext_lazy("A delay takes from a product"),
        PRESS_PERCENT,
    ),
    "quality_weak_percent": (
        gettext_lazy("A result below the requirement takes from a product"),
        gettext_lazy(
            "Percent; the press does not say, Decision 212/2025 of Hai Phong counts it for nothing"
        ),
    ),
    "quality_head_missed": (
        gettext_lazy("A part of a head's points that is not kept counts"),
        gettext_lazy(
            "Percent of the unit's results, of organising and of bringing people together, each a"
            " sixth of a head's result points; 0: they are left to people. Decree 335 of 2025,"
            " Articles 15 and 16, as the press told it"
        ),
    ),
    "quality_quota_percent": (
        gettext_lazy("Excellent at most, of those fulfilled well"),
        gettext_lazy("Percent; Decree 48 of 2023; more with a reason"),
    ),
}
