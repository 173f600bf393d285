"""Tasks of many agencies in the demo, so that the board and the reports have something to tell:
duties of published documents; to whom they were given, and what became of them, is invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from directives.models import Task, Urging
from directives.models.talk import AWAITING
from directives.services import extending, giving, handling, judging, urging
from directives.services.giving import Source, Wish
from directives.states import AWAITED, Origin, Quality
from organizations.models import AGENCY_KINDS, Position, Unit, User
from portal.demo.clock import Life, Past

AGENCIES, TASKS = 14, 70
DAY = dt.timedelta(days=1)
ONE_DAY = 8  # working hours
DUTIES = (  # document, its subject, duty, field
    ("2947/QĐ-UBND", "Trách nhiệm của thủ trưởng trong cải cách hành chính",
     "Kiểm tra, đánh giá việc giải quyết TTHC của cán bộ và báo cáo UBND tỉnh",
     "Cải cách hành chính"),
    ("1278/QĐ-CTUBND", "Xếp hạng mức độ ứng dụng công nghệ thông tin",
     "Gửi Phiếu tự đánh giá mức độ ứng dụng CNTT", "Khoa học – Công nghệ – Chuyển đổi số"),
    ("2816/QĐ-UBND", "Phối hợp lập kế hoạch cải cách hành chính",
     "Gửi mục tiêu, nhiệm vụ, giải pháp CNTT và ISO 9000 cho kế hoạch CCHC năm sau",
     "Cải cách hành chính"),
    ("112/TB-UBND", "Giao ban về chuyển đổi số",
     "Rà soát hạ tầng, phần mềm; hướng dẫn chính quyền số gắn công cụ KPI",
     "Khoa học – Công nghệ – Chuyển đổi số"),
    ("2947/QĐ-UBND", "Trách nhiệm của thủ trưởng trong cải cách hành chính",
     "Đề xuất kinh phí duy trì, nâng cấp hạ tầng và phần mềm ứng dụng CNTT",
     "Tài chính – Đầu tư"),
)  # fmt: skip
LIVES = ("early", "on_time", "early", "late", "overdue", "early", "stuck", "on_time", "waits",
         "longer")  # fmt: skip


@dataclass(frozen=True)
class Lead:
    unit: Unit
    leader: User


def begin(past: Past, chairman: User, follower: User, root: Unit) -> None:
    """Three months of tasks, each life of one of a few kinds."""
    leads = _leads(root)
    for n in range(TASKS if leads else 0):
        story = Story(leads[n * 5 % len(leads)], n, chairman, follower, root)
        past.begin(story.life(), working_days_ago=4 + n * 11 % 60)
    if leads:
        past.begin(_urged(leads, follower, root), working_days_ago=6)


def _urged(leads: list[Lead], follower: User, root: Unit) -> Life:
    """What is overdue then is urged at once; every second agency answers."""
    today = timezone.localdate()
    late = Task.objects.filter(unit=root, lead__in=[each.unit for each in leads])
    late = late.filter(status__in=AWAITED, due_on__lt=today).order_by("pk")
    ids = list(late.values_list("pk", flat=True))
    words = "Tập trung hoàn thành nhiệm vụ quá hạn; báo cáo kết quả, nguyên nhân chậm"
    if not ids:
        return
    urging.urge_together(ids, actor=follower, words=words, answer_until=today + 5 * DAY)
    yield 12
    for each in leads[::2]:
        asked = Urging.objects.filter(AWAITING, task__in=ids, task__lead=each.unit)
        for pk in asked.order_by("pk").values_list("pk", flat=True):
            urging.answer(pk, actor=each.leader, words="Đang trình ký, sẽ báo cáo trong tuần")


def _leads(root: Unit) -> list[Lead]:
    """Agencies with a leader, the first by code; not that of the well-known accounts."""
    positions = Position.objects.filter(
        role="leader", unit__parent=root, unit__kind__in=AGENCY_KINDS
    ).exclude(unit__in=Position.objects.filter(user__username="lanhdao").values("unit"))
    found: dict[int, Lead] = {}
    for each in positions.select_related("unit", "user").order_by("unit__code", "pk"):
        found.setdefault(each.unit_id, Lead(each.unit, each.user))
    return list(found.values())[:AGENCIES]


@dataclass(frozen=True)
class Story:
    """One task: given for two weeks, and finished, late, stuck or waiting."""

    lead: Lead
    n: int
    chairman: User
    follower: User
    root: Unit

    def life(self) -> Life:
        kind = LIVES[self.n % len(LIVES)]
        task = self._given()
        yield 3
        handling.accept(task.pk, actor=self.lead.leader)
        acts: dict[str, Callable[[Task], Life]] = {
            "stuck": self._stuck, "longer": self._longer, "waits": self._waits,
        }  # fmt: skip
        if kind in acts:
            yield from acts[kind](task)
        elif kind != "overdue":
            yield from self._finished(task, kind)

    def _given(self) -> Task:
        reference, subject, content, field = DUTIES[self.n % len(DUTIES)]
        today = timezone.localdate()
        source = Source(Origin.DOCUMENT, subject, today, self.chairman.pk, reference=reference)
        wish = Wish(content, self.lead.unit.pk, due_on=today + 14 * DAY, field=field)
        return giving.give(source, [wish], actor=self.follower, unit_id=self.root.pk)[0]

    def _finished(self, task: Task, kind: str) -> Life:
        yield ONE_DAY * {"early": 4 + self.n % 4, "on_time": 11, "late": 14}[kind]
        today = timezone.localdate()
        document_on = min(task.due_on or today, today) if kind == "on_time" else today
        self._report(task, document_on)
        yield ONE_DAY
        quality = Quality.WEAK if self.n % 9 == 3 else Quality.MEETS
        judging.confirm(task.pk, actor=self.follower, quality=quality)

    def _stuck(self, task: Task) -> Life:
        yield ONE_DAY * 5
        handling.report_progress(
            task.pk, actor=self.lead.leader, words="Đã họp với các đơn vị", percent=40,
            obstacles="Chưa có kinh phí", proposals="Đề nghị Sở Tài chính bố trí",
        )  # fmt: skip

    def _longer(self, task: Task) -> Life:
        yield ONE_DAY * 3
        assert task.due_on
        wish = extending.ask(
            task.pk, actor=self.lead.leader, wanted_on=task.due_on + 21 * DAY,
            reason="Khối lượng lớn",
        )  # fmt: skip
        yield ONE_DAY
        extending.grant(wish.pk, actor=self.chairman)

    def _waits(self, task: Task) -> Life:
        yield ONE_DAY * 6
        self._report(task, timezone.localdate())

    def _report(self, task: Task, document_on: dt.date) -> None:
        handling.report_result(
            task.pk, actor=self.lead.leader, reference=f"{100 + self.n}/BC",
            document_on=document_on, words="Đã hoàn thành, có báo cáo kèm theo",
        )  # fmt: skip
