"""The reasons of a proposed class in people's words."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.rules_evaluation import Grade
from reports.rules_quality import MUST_BE_KNOWN, HeadPart

OF = gettext_lazy("%(words)s: %(n)s of %(of)s")
WORDS: dict[str, str | Promise] = {
    "no_work": gettext_lazy("There was no work to judge in the period"),
    "all_timely": gettext_lazy("All work done in time"),
    "exceeded": gettext_lazy("At least %(bound)s%% of the tasks done exceed the requirement"),
    "quality": gettext_lazy("Nothing late, overdue or of weak quality"),
    "it": gettext_lazy("IT application is not below the requirement"),
    "unit_done": gettext_lazy("The unit has done all its work"),
    "unit_exceeded": gettext_lazy("At least %(bound)s%% of the unit's tasks exceed"),
    "unit_timely": gettext_lazy("At least %(bound)s%% of the unit's work in time"),
    "units_classed": gettext_lazy(
        "All units under him classed as fulfilled, at least 70% of them well: the portal does not"
        " know"
    ),
    "all_done": gettext_lazy("All work done, late or not"),
    "unmet_at_most": gettext_lazy("At most %(bound)s%% late, overdue or weak"),
    "unit_more_than": gettext_lazy("The unit has done more than %(bound)s%% of its work"),
    "unmet_over": gettext_lazy("More than %(bound)s%% late, overdue or weak"),
    "unit_less_than": gettext_lazy("The unit has done less than %(bound)s%% of its work"),
}
POINTS: dict[str, str | Promise] = {
    "points": gettext_lazy("%(n)s points; from %(bound)s on this class"),
    "general": gettext_lazy("General criteria: %(n)s of %(of)s points"),
    "quantity": gettext_lazy("Quantity: %(n)s%% of the products done"),
    "product_quality": gettext_lazy("Quality: %(n)s%% after reviews that failed"),
    "progress": gettext_lazy("Progress: %(n)s%% after delays"),
}
POINTS |= {
    f"head_{part}": format_lazy("{}: %(n)s%%", part.label) for part in HeadPart
}  # fmt: skip
FIGURES = POINTS.keys() - {"points"}


def told(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each with `words`, the class that it belongs to, and whether it is kept; a figure of the
    points is no condition."""
    return [
        {
            "words": _words(each),
            "met": each["met"],
            "grade": Grade(each["grade"]).label,
            "is_figure": each["key"] in FIGURES,
        }
        for each in reasons
    ]


def _words(each: dict[str, Any]) -> str:
    key = each["key"]
    if key in POINTS:
        facts = {"n": _decimal(each["n"]), "of": each["of"], "bound": each["bound"]}
        words = str(POINTS[key]) % facts
        if each["met"] is None:
            words = _("%(words)s (taken for the proposal; the head gives them)") % {"words": words}
        return words
    if key == "unit_points":
        return _(
            "The unit did %(n)s of %(of)s in time; the further parts of a head's points are not"
            " known to the portal"
        ) % {"n": each["n"], "of": each["of"]}
    words = str(WORDS[key])
    words = words % {"bound": each["bound"]} if "%(bound)s" in words else words
    if key in MUST_BE_KNOWN and each["met"] is None:
        return _("%(words)s: there were no tasks; dossiers and documents do not say it") % {
            "words": words
        }  # fmt: skip
    if each["of"] or each["bound"]:
        return str(OF) % {"words": words, "n": each["n"], "of": each["of"]}
    return words


def _decimal(hundredths: int) -> str:
    """8950 as "89,5"."""
    text = f"{hundredths // 100},{hundredths % 100:02}"
    return text.rstrip("0").rstrip(",")
