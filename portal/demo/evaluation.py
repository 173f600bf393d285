"""Last month's evaluation in the demo: every sheet opened, that of the played commune confirmed."""

from __future__ import annotations

from django.utils import timezone

from organizations.models import User
from reports.models import Evaluation, EvaluationRow, SheetKind
from reports.rules_evaluation import Grade
from reports.services import evaluations
from tenancy.models import Province
from tenancy.scope import tenant_scope

REMARK = "Nửa cuối tháng làm thay phần việc của đồng nghiệp nghỉ ốm."
COMMENT = "Có trách nhiệm, cần báo sớm khi quá tải."


def make(province: Province) -> None:
    """Through the services, in the name of the well-known accounts."""
    with tenant_scope(province):
        waiting = evaluations.due(timezone.localdate())
    for unit_id, month in waiting:
        with tenant_scope(province):
            evaluations.open_month(unit_id, month)
    if waiting:
        with tenant_scope(province):
            _confirm_one()


def _confirm_one() -> None:
    """The sheet of the unit in which the well-known official works."""
    people = User.objects.filter(username__in=("chuyenvien", "lanhdao"))
    by_name = {user.username: user for user in people}
    official, leader = by_name.get("chuyenvien"), by_name.get("lanhdao")
    row = EvaluationRow.objects.filter(person=official).order_by("-evaluation__month").first()
    if official is None or leader is None or row is None:
        return
    sheet = Evaluation.objects.get(pk=row.evaluation_id)
    if sheet.kind != SheetKind.STAFF:
        return
    evaluations.remark(row.pk, actor=official, text=REMARK)
    raised = row.proposed in (Grade.FULFILLED, Grade.FAILED)
    evaluations.judge(
        row.pk, actor=leader, grade=Grade.GOOD if raised else row.proposed, comment=COMMENT,
        reason="Làm thêm phần việc của người nghỉ" if raised else "",
    )  # fmt: skip
    evaluations.accept_proposals(sheet.pk, actor=leader)
    evaluations.confirm(sheet.pk, actor=leader)
