"""The annex of the decision: what a snapshot says, ordered for paper and for a spreadsheet.

Read from the snapshot alone, so that it is the same before and after the publication, and in ten
years.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from common.text import alphabetical_key
from ranking.method_words import left_out_words, method_words, number
from ranking.models import Publication, PublicationState
from ranking.rules.snapshots import Content, counts, points_in, sum_of

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True)
class Row:
    """A unit's line; `points` of the areas of its group, None where nothing applied; `maximum` of
    what applied to it, from which its total is rescaled to that of the scale."""

    name: str
    rank: int | None
    points: Sequence[Decimal | None]
    maximum: Decimal
    deduction: Decimal
    total: Decimal
    percent: Decimal
    label: str
    is_forced: bool


@dataclass(frozen=True)
class Group:
    """Units that are compared, with the areas that they were asked."""

    name: str
    areas: Sequence[tuple[str, str]]
    rows: Sequence[Row]

    def is_rescaled(self, whole: Decimal | None) -> bool:
        """Whether a total is something else than the sum of its areas."""
        return any(row.maximum != whole for row in self.rows)

    @property
    def has_deductions(self) -> bool:
        return any(row.deduction for row in self.rows)


@dataclass(frozen=True)
class Annex:
    publication: Publication
    content: Content
    due: dt.date
    groups: Sequence[Group]

    @property
    def is_forced(self) -> bool:
        return any(row.is_forced for group in self.groups for row in group.rows)

    @property
    def is_draft(self) -> bool:
        return self.publication.state != PublicationState.PUBLISHED


def annex_of(publication: Publication) -> Annex:
    """From the snapshot; no query when it is loaded."""
    snapshot = publication.snapshot
    content = Content.of(snapshot["framework"], snapshot["terms"])
    units = sorted(
        snapshot["units"],
        key=lambda unit: (
            content.group_order(unit["group"]), unit["rank"] is None, unit["rank"] or 0,
            alphabetical_key(unit["name"]),
        ),
    )  # fmt: skip
    codes = dict.fromkeys(unit["group"] for unit in units)
    groups = [_group(content, code, [u for u in units if u["group"] == code]) for code in codes]
    return Annex(publication, content, dt.date.fromisoformat(snapshot["due"]), groups)


def _group(content: Content, code: str, units: Sequence[dict[str, Any]]) -> Group:
    asked = {
        part["code"] for unit in units for part in unit["parts"] if counts(part)
    }  # fmt: skip
    areas = [(area, title) for area, title in content.areas if area in asked]
    return Group(content.group_name(code), areas, [_row(unit, areas) for unit in units])


def _row(unit: dict[str, Any], areas: Sequence[tuple[str, str]]) -> Row:
    points = points_in(unit["parts"], (code for code, _title in areas))
    return Row(
        unit["name"], unit["rank"], points, sum_of(unit["parts"], "maximum"),
        Decimal(unit["deduction"]), Decimal(unit["total"]), Decimal(unit["percent"]),
        unit["class"], unit["is_forced"],
    )  # fmt: skip


def heading(publication: Publication) -> str:
    """ "Kèm theo Quyết định số … ngày …", with dots where the decision is still to come."""
    if publication.decided_on is None:
        return _("Annex to decision No. …… of day … month … year ……")
    return _("Annex to decision No. %(number)s of %(day)s") % {
        "number": publication.decision_number, "day": f"{publication.decided_on:%d/%m/%Y}",
    }  # fmt: skip


def annex_paper(annex: Annex) -> dict[str, Any]:
    """Plain data for ranking/papers/annex.html, in Vietnamese."""
    publication, places = annex.publication, annex.content.scale.precision
    framework = annex.content.framework
    with translation.override("vi"):
        return {
            "sample": settings.GOVIT_DEMO, "is_draft": annex.is_draft,
            "is_illustration": framework.is_sample, "notice": framework.notice,
            "title": publication.snapshot["name"], "heading": heading(publication),
            "version": _("Version %(n)s, corrected: %(reason)s")
            % {"n": publication.number, "reason": publication.reason}
            if publication.number > 1 else "",
            "groups": [
                {
                    "number": ROMAN[place] if place < len(ROMAN) else str(place + 1),
                    "name": group.name, "areas": [code for code, _title in group.areas],
                    "is_rescaled": group.is_rescaled(annex.content.scale.maximum),
                    "has_deductions": group.has_deductions,
                    "rows": [_cells(row, places) for row in group.rows],
                }
                for place, group in enumerate(annex.groups)
            ],
            "areas": [f"{code}. {title}" for code, title in annex.content.areas],
            "is_forced": annex.is_forced,
            "method": [*method_words(annex.content, annex.due),
                       *left_out_words(publication.snapshot)],
            "digest": publication.digest,
            "framework": f"{framework.name} ({framework.decision})"
            if framework.decision else framework.name,
        }  # fmt: skip


def _cells(row: Row, places: int) -> dict[str, Any]:
    return {
        "name": row.name, "rank": "–" if row.rank is None else str(row.rank),
        "points": ["–" if each is None else number(each, places) for each in row.points],
        "maximum": number(row.maximum),
        "deduction": number(row.deduction) if row.deduction else "",
        "total": number(row.total, places), "percent": number(row.percent, places),
        "label": f"{row.label} *" if row.is_forced else row.label,
    }  # fmt: skip
