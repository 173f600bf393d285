"""Tasks in the demo: real duties of published documents (sources beside them), given to this ward;
that they came to it, and how far they are, is invented."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.utils import timezone

from common.urgency import Urgency
from directives.models import Directive, Series, Task, Urging
from directives.services import extending, giving, handling, judging, talking, urging
from directives.services.giving import Source, Wish
from directives.states import Every, Origin
from organizations.models import Position, User
from portal.demo import agency_tasks
from portal.demo.clock import Life, Past
from tenancy.models import Province
from tenancy.scope import tenant_scope

ACCOUNTS = ("lanhdao.tinh", "theodoi", "lanhdao", "truongphong", "chuyenvien")
DAY = dt.timedelta(days=1)


def make(province: Province) -> None:
    """Once; through the services, in the name of the well-known accounts."""
    with tenant_scope(province):
        people = {user.username: user for user in User.objects.filter(username__in=ACCOUNTS)}
        if Directive.objects.exists() or len(people) < len(ACCOUNTS):
            return
        story = Story(people)
        past = Past()
        for days, life in ((30, story.confirmed()), (20, story.late()), (12, story.in_work())):
            past.begin(life, working_days_ago=days)
        past.begin(story.fresh(), working_days_ago=1)
        agency_tasks.begin(past, people["lanhdao.tinh"], people["theodoi"], story.root)
        past.play()
        Directive.objects.update(is_sample=True)
        Task.objects.update(is_sample=True)
        Series.objects.update(is_sample=True)


class Story:
    """What the province's chairman gave to the ward, and its leader to his people."""

    def __init__(self, people: dict[str, User]) -> None:
        self.people = people
        self.ward = Position.objects.select_related("unit").get(user=people["lanhdao"]).unit
        seats = Position.objects.select_related("unit").filter(user=people["theodoi"])
        self.root = seats.get(role="task_follower").unit

    def confirmed(self) -> Life:
        """2947/QĐ-UBND Điều 9.1d: heads check how their officials settle procedures."""
        task = self._given(
            "2947/QĐ-UBND", "Quy định trách nhiệm trong giải quyết thủ tục hành chính",
            "Kiểm tra, đánh giá việc giải quyết TTHC của cán bộ và báo cáo UBND tỉnh", 20,
        )  # fmt: skip
        yield 3
        self._accept(task)
        yield 20
        self._progress(task, 50, "Đã kiểm tra hồ sơ của quý trước")
        yield 30
        self._report(task, "45/BC-UBND", "Đã kiểm tra, có báo cáo kèm theo")
        yield 8
        judging.confirm(task.pk, actor=self.people["theodoi"], words="Đạt yêu cầu")

    def late(self) -> Life:
        """1345/UBND-KT (baodantoc.vn, 23/3/2021)."""
        task = self._given(
            "1345/UBND-KT", "Xử lý tình trạng phá rừng",
            "Kiểm điểm, xử lý tình trạng phá rừng; báo cáo kết quả về UBND tỉnh", 14,
            urgency=Urgency.URGENT,
        )  # fmt: skip
        yield 2
        self._accept(task)
        yield 25
        handling.report_progress(
            task.pk, actor=self.people["chuyenvien"], words="Đã làm việc với kiểm lâm", percent=60,
            obstacles="Chưa xác định đủ người vi phạm",
            proposals="Đề nghị Công an tỉnh phối hợp xác minh",
        )  # fmt: skip
        talking.watch(task.pk, actor=self.people["lanhdao.tinh"])
        yield 70
        asked = self._urge(task, "Khẩn trương xử lý dứt điểm, báo cáo nguyên nhân chậm", 3)
        yield 9
        urging.answer(
            asked.pk, actor=self.people["lanhdao"],
            words="Đã mời Công an phường cùng xác minh; dự kiến báo cáo trong tháng",
        )  # fmt: skip
        yield 36
        self._urge(task, "Báo cáo rõ tiến độ, nguyên nhân quá thời gian dự kiến", 5)

    def in_work(self) -> Life:
        """2947/QĐ-UBND Điều 9.2d; more time is asked for."""
        task = self._given(
            "2947/QĐ-UBND", "Đánh giá, phân loại cán bộ, công chức",
            "Đánh giá, phân loại cán bộ, công chức theo mức độ sớm hạn, đúng hạn, trễ hạn, quá hạn",
            40,
        )  # fmt: skip
        yield 5
        self._accept(task)
        yield 16
        self._progress(task, 30, "Đã tổng hợp số liệu của các bộ phận")
        yield 2
        self._say(task, "chuyenvien", "Công an phường chưa gửi số liệu quý này, xin ý kiến")
        yield 3
        self._say(task, "theodoi", "Chờ thêm một tuần; nếu chưa có thì đề nghị gia hạn")
        yield 3
        extending.ask(
            task.pk, actor=self.people["chuyenvien"], wanted_on=self._in(60),
            reason="Chờ số liệu của Công an phường",
        )  # fmt: skip

    def fresh(self) -> Life:
        """A meeting gives three tasks (press of 12/7/2025), the leader of the ward one himself."""
        wishes = [
            self._wish("Rà soát hạ tầng, phần mềm dùng chung; đề xuất thay thế", 30),
            self._wish("Phát động thi đua “Ngày không giấy”, “Tuần làm việc không giấy”", None),
            replace(self._wish("Báo cáo kết quả chuyển đổi số của tháng", 25), every=Every.MONTH),
        ]
        meeting = Source(
            Origin.CONCLUSION, "Giao ban về chuyển đổi số", timezone.localdate(),
            self.people["lanhdao.tinh"].pk, reference="112/TB-UBND",
        )  # fmt: skip
        given = giving.give(meeting, wishes, actor=self.people["theodoi"], unit_id=self.root.pk)
        talking.watch(given[0].pk, actor=self.people["chuyenvien"])
        yield 2
        leader = self.people["lanhdao"]
        order = Source(Origin.ORAL, "Giao ban đầu tuần", timezone.localdate(), leader.pk)
        done = self._wish("Niêm yết lại danh mục thủ tục hành chính", 5)
        task = giving.give(order, [done], actor=leader, unit_id=self.ward.pk)[0]
        handling.accept(
            task.pk, actor=self.people["truongphong"], person_id=self.people["chuyenvien"].pk
        )
        yield 2
        self._report(task, "07/TTr-VP", "Đã niêm yết tại Bộ phận Một cửa")

    def _given(
        self, reference: str, subject: str, content: str, days: int, urgency: int = Urgency.NORMAL
    ) -> Task:
        source = Source(
            Origin.DOCUMENT, subject, timezone.localdate(), self.people["lanhdao.tinh"].pk,
            reference=reference,
        )  # fmt: skip
        wish = self._wish(content, days, urgency)
        return giving.give(
            source, [wish], actor=self.people["theodoi"], unit_id=self.root.pk
        )[0]  # fmt: skip

    def _wish(self, content: str, days: int | None, urgency: int = Urgency.NORMAL) -> Wish:
        due_on = None if days is None else self._in(days)
        return Wish(content, self.ward.pk, due_on=due_on, urgency=urgency)

    def _in(self, days: int) -> dt.date:
        return timezone.localdate() + days * DAY

    def _accept(self, task: Task) -> None:
        official = self.people["chuyenvien"]
        handling.accept(task.pk, actor=self.people["lanhdao"], person_id=official.pk)

    def _progress(self, task: Task, percent: int, words: str) -> None:
        handling.report_progress(
            task.pk, actor=self.people["chuyenvien"], words=words, percent=percent
        )

    def _urge(self, task: Task, words: str, days: int) -> Urging:
        follower = self.people["theodoi"]
        return urging.urge(task.pk, actor=follower, words=words, answer_until=self._in(days))

    def _say(self, task: Task, who: str, words: str) -> None:
        talking.remark(task.pk, actor=self.people[who], words=words)

    def _report(self, task: Task, reference: str, words: str) -> None:
        handling.report_result(
            task.pk, actor=self.people["chuyenvien"], reference=reference,
            document_on=timezone.localdate(), words=words,
        )  # fmt: skip
