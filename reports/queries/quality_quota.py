"""The quota of the excellent (NĐ 48/2023/NĐ-CP Điều 1): within one agency, among those whose tasks
are alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from reports.models import QualityRound, QualitySheet, SheetKind, Tier
from reports.rules_quality import over_quota


def group_over_quota(found: QualityRound, sheets: Iterable[QualitySheet]) -> Tier | None:
    """The first group in which more are excellent than may be: officials and heads of divisions of
    a body, each by themselves; leaders of bodies of one kind, all whom the same level classes in
    the period, so far as they are classed. One query for these."""
    grades: dict[str, list[str]] = defaultdict(list)
    for sheet in sheets:
        grades[sheet.tier].append(sheet.grade)
    if found.kind == SheetKind.LEADERS:
        others = QualitySheet.objects.filter(
            tier=Tier.LEADER, round__judge_unit=found.judge_unit_id, round__first=found.first,
            round__unit__kind=found.unit.kind, round__last=found.last, round__superseded_at=None,
        )  # fmt: skip
        of_others = others.exclude(round=found.pk).exclude(grade="").order_by("pk")
        grades[Tier.LEADER] += of_others.values_list("grade", flat=True)
    over = (tier for tier in Tier if over_quota(grades[tier], found.quota_percent))
    return next(over, None)
