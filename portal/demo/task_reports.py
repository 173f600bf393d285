"""Last month's report of tasks in the demo: read by who follows them, ready to be signed."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from organizations.models import RuleSet, User
from reports.models import ReportState, TaskReport
from reports.rulesets_tasks import TASK_REPORT
from reports.services import task_snapshots
from tenancy.models import Province
from tenancy.scope import tenant_scope

SINCE = dt.date(2025, 7, 1)
COMMENT = "Số liệu đã đối chiếu với các cơ quan chủ trì."


def make(province: Province) -> None:
    """As the portal makes it on the first of the month. So few tasks that the usual bound of two
    hundred would commend nobody."""
    with tenant_scope(province):
        RuleSet.objects.get_or_create(
            kind=TASK_REPORT.key, valid_from=SINCE,
            defaults={"values": {"commend_tasks": 0}, "source": "demo"},
        )  # fmt: skip
    first, made = timezone.localdate().replace(day=1), 1
    while made:
        with tenant_scope(province):
            made = task_snapshots.make_next(first)
    with tenant_scope(province):
        follower = User.objects.filter(username="theodoi").first()
        drafts = TaskReport.objects.filter(state=ReportState.DRAFT, reviewed_at=None)
        report = drafts.filter(kind="monthly").order_by("-last_day").first()
        if report and follower:
            task_snapshots.review(report.pk, actor=follower, comment=COMMENT)
