"""How a table was made, in sentences: for the annex, the workbook and the public page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ranking.rules.framework import Criterion, Framework, Grade, Lateness, Scale
from ranking.rules.numbers import half_up, plain
from ranking.rules.snapshots import Content


def method_words(content: Content, due: dt.date) -> list[str]:
    """Classes, ranks, lateness, what did not apply; `due`: the day of the year."""
    terms, scale = content.terms, content.scale
    words = [
        _("Classes, of the maximum of %(maximum)s points: %(classes)s.")
        % {
            "maximum": "" if scale.maximum is None else number(scale.maximum),
            "classes": "; ".join(class_words(grade) for grade in terms.classes),
        },
        rank_words(scale),
    ]
    if late := terms.lateness:
        words.append(late_words(late.due_on(due)))
    return [*words, *rescaling_words(content)]


def rescaling_words(content: Content) -> list[str]:
    """How a total follows from the areas."""
    words = [
        _("What does not apply to a unit is taken out: its total is the sum of its areas, divided"
          " by the maximum of what applies and multiplied by %(maximum)s, minus what coming late"
          " costs; “–”: nothing of the area applies.")
        % {"maximum": "" if content.scale.maximum is None else number(content.scale.maximum)}
    ]  # fmt: skip
    if deducts(content.framework):
        words.append(_("Points taken away inside an area are not multiplied."))
    return words


def deducts(framework: Framework) -> bool:
    """Whether a criterion takes points away."""
    nodes = (node for node in framework.nodes() if isinstance(node, Criterion))
    return any(node.kind == "deduction" for node in nodes)


def rank_words(scale: Scale) -> str:
    """How units are ranked, in a sentence."""
    return _(
        "Ranked inside each group by %(by)s to %(n)s decimals; equal is a shared rank, %(ties)s."
    ) % {
        "by": _("the percent") if scale.rank_by == "percent" else _("the total"),
        "n": scale.precision,
        "ties": _("the next rank follows at once") if scale.ties == "dense"
        else _("the next rank is left out"),
    }  # fmt: skip


def late_words(late: Lateness) -> str:
    """What coming late costs, in sentences; `late` with the day of the year."""
    known = {
        "day": f"{late.last_day:%d/%m/%Y}", "n": late.grace_days, "points": number(late.deduction),
        "label": late.after_grace,
    }  # fmt: skip
    if late.after_grace is None:
        return _("In time until %(day)s; later, or never: minus %(points)s points.") % known
    text = _("In time until %(day)s.") % known
    if late.grace_days:
        text += " " + _("Up to %(n)s days late cost %(points)s points.") % known
    return text + " " + _("Later, or never: class %(label)s.") % known


def class_words(grade: Grade) -> str:
    if grade.lowest is None:
        return _("%(label)s: the rest") % {"label": grade.label}
    bound = {"label": grade.label, "n": number(grade.lowest)}
    if grade.inclusive:
        return _("%(label)s: from %(n)s %%") % bound
    return _("%(label)s: above %(n)s %%") % bound


def number(value: Decimal, places: int | None = None) -> str:
    """With a comma; all its decimals, or rounded half up to so many."""
    if places is None:
        text = plain(value)
        places = len(text.partition(".")[2])
    return str(number_format(half_up(value, places), places, force_grouping=True))


def left_out_words(snapshot: dict[str, Any]) -> list[str]:
    """Who was assessed and has no line: units to which nothing applied."""
    names = snapshot.get("nothing_applies", [])
    words = _("No criterion applied to: %(names)s. No points and no rank.")
    return [words % {"names": "; ".join(names)}] if names else []
