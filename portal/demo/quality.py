"""The classification of this half year in the demo: opened for the played body, its official has
written his comment and was classed."""

from __future__ import annotations

from django.utils import timezone

from organizations.models import Position, User
from reports.models import QualitySheet, SheetKind
from reports.periods import PeriodKind
from reports.rules_quality import Level
from reports.services import quality
from tenancy.models import Province
from tenancy.scope import tenant_scope

WORDS = "Hoàn thành hồ sơ, nhiệm vụ được giao; còn hai hồ sơ phải xin lỗi vì chờ ý kiến phối hợp."
IT_WORDS = "Xử lý hồ sơ và văn bản hoàn toàn trên hệ thống; hỗ trợ đồng nghiệp ký số."
COMMENT = "Nắm chắc nghiệp vụ, chủ động hướng dẫn người dân nộp hồ sơ trực tuyến."
GENERAL = 27  # points of thirty


def make(province: Province) -> None:
    """Through the services, in the name of the well-known accounts."""
    with tenant_scope(province):
        if QualitySheet.objects.exists():
            return
        known = User.objects.filter(username__in=("noivu", "chuyenvien", "lanhdao"))
        people = {user.username: user for user in known}
        unit = Position.objects.select_related("unit").get(user__username="lanhdao").unit
        today = timezone.localdate()
        quality.open_rounds(
            unit.pk, actor=people["noivu"], period=PeriodKind.HALF_YEAR, day=today,
            comment_until=today,
        )  # fmt: skip
        official = people["chuyenvien"]
        sheet = QualitySheet.objects.filter(person=official, round__kind=SheetKind.STAFF).first()
        if sheet is None:
            return
        quality.comment(sheet.pk, actor=official, words=WORDS, it_words=IT_WORDS, grade="good")
        points = GENERAL if sheet.round.thresholds["basis"] == "points" else None
        quality.judge(
            sheet.pk, actor=people["lanhdao"], grade="good", comment=COMMENT,
            it_level=Level.EXCEEDS, general_points=points,
            reason="Theo kết quả tập thể và ý kiến của phòng",
        )  # fmt: skip
