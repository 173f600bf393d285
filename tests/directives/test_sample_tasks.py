"""Real tasks of Khánh Hòa (sources beside their numbers), played from giving to closing by the
chairman, his official, who leads, who helps and who does the work. Who they are, and what became of
the tasks, is invented; that of 1345/UBND-KT was due on that day of 2021 (baodantoc.vn)."""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.utils import timezone

from audit import bus
from audit.models import OutboxEvent
from common.errors import AlreadyDone, DomainError
from directives.models import Cooperator, Task
from directives.queries.shares import SHARES, due_in
from directives.rules import Label, label_of
from directives.services import extending, giving, handling, judging, recurring, reminders, urging
from directives.services.giving import Source, Wish
from directives.states import Origin, Quality
from directives.words import near_until
from notifications.models import Notification
from organizations.models.units import UnitKind
from ranking.measures import Window
from tests.people import make_person, make_unit

pytestmark = pytest.mark.usefixtures("scope")
SAMPLE = Path(__file__).with_name("sample_tasks.csv")
DISTRICT, HELPER = "UBND huyện Cam Lâm", "Sở Nông nghiệp và Phát triển nông thôn"
JUSTICE, SCIENCE = "Sở Tư pháp", "Sở Khoa học và Công nghệ"
INFORMATION = "Sở Thông tin và Truyền thông"
HEADS = (DISTRICT, HELPER, JUSTICE, INFORMATION)  # who acts in this play
OFFICIALS = (DISTRICT, HELPER, JUSTICE, SCIENCE)


def on(month, day, act, *args, **kwargs):
    """What is done on the morning of that day of 2021, and whoever it concerns is told."""
    at = timezone.make_aware(dt.datetime(2021, month, day, 9))
    with time_machine.travel(at, tick=False):
        known = OutboxEvent.objects.aggregate(last=Max("pk", default=0))["last"]
        done = act(*args, **kwargs)
        for event in OutboxEvent.objects.filter(pk__gt=known).order_by("pk"):
            for handler in bus.handlers_of(event.action):
                handler(event)
    return done


class Province:
    """The agencies that the sample names, each with its head and an official; the chairman and who
    follows his tasks."""

    def __init__(self, rows):
        self.root = make_unit("H32", UnitKind.PROVINCE, name="UBND tỉnh Khánh Hòa")
        names = {name for row in rows for name in (*split(row["lead"]), *split(row["cooperate"]))}
        self.units = {
            name: make_unit(f"H32.{number}", parent=self.root, name=name)
            for number, name in enumerate(sorted(names), start=1)
        }
        self.heads = {name: make_person("leader", self.units[name]) for name in HEADS}
        self.officials = {name: make_person("official", self.units[name]) for name in OFFICIALS}
        self.chairman = make_person("province_leader", self.root)
        self.follower = make_person("task_follower", self.root)

    def give(self, row):
        """Entered by the official in the chairman's name; to each of several leads a task."""
        first, *also = [self.units[name].pk for name in split(row["lead"])]
        source = Source(
            Origin.DOCUMENT, row["content"], dt.date(2021, 3, 23), self.chairman.pk,
            reference=row["reference"],
        )  # fmt: skip
        wish = Wish(
            row["content"], first, also=tuple(also), every=row["every"],
            cooperate=tuple(self.units[name].pk for name in split(row["cooperate"])),
            due_on=dt.date.fromisoformat(row["due_on"]), follower_id=self.follower.pk,
        )  # fmt: skip
        return giving.give(source, [wish], actor=self.follower, unit_id=self.root.pk)


def split(words):
    return [each.strip() for each in words.split(";") if each.strip()]


def report(task, actor, document_on, reference):
    return handling.report_result(
        task.pk, actor=actor, reference=reference, document_on=document_on, words="Có báo cáo"
    )


def forest(play, task):
    """Worked on by the district with a department, later than was granted, and sent back once."""
    head, official = play.heads[DISTRICT], play.officials[DISTRICT]
    with pytest.raises(DomainError):  # a result before the acceptance
        on(3, 23, report, task, official, dt.date(2021, 3, 23), "1/BC-UBND")
    on(3, 23, handling.accept, task.pk, actor=head, person_id=official.pk)
    on(3, 24, handling.report_progress, task.pk, actor=official, words="Đã kiểm tra hiện trường",
       percent=40, obstacles="Chưa xác định đủ đối tượng")  # fmt: skip
    on(3, 25, handling.report_progress, task.pk, actor=play.officials[HELPER], words="Đã cử người")
    with pytest.raises(PermissionDenied):  # who helps reports no result
        on(3, 25, report, task, play.heads[HELPER], dt.date(2021, 3, 25), "9/BC-SNN")
    wish = on(3, 26, extending.ask, task.pk, actor=official, wanted_on=dt.date(2021, 4, 9),
              reason="Chờ giám định")  # fmt: skip
    with pytest.raises(PermissionDenied):  # the giver alone decides
        on(3, 26, extending.grant, wish.pk, actor=play.follower)
    on(3, 29, extending.grant, wish.pk, actor=play.chairman, granted_on=dt.date(2021, 4, 5))
    with pytest.raises(AlreadyDone):  # from his second window
        on(3, 29, extending.refuse, wish.pk, actor=play.chairman, words="Không")
    on(4, 5, report, task, official, dt.date(2021, 4, 5), "123/BC-UBND")
    on(4, 6, judging.send_back, task.pk, actor=play.follower, words="Thiếu trách nhiệm người đứng")
    on(4, 8, report, task, official, dt.date(2021, 4, 7), "130/BC-UBND")
    on(4, 9, judging.confirm, task.pk, actor=play.chairman)


def each_week(play, task):
    """The first report is on time; the second is forgotten until the department is urged."""
    head, official = play.heads[JUSTICE], play.officials[JUSTICE]
    on(3, 24, handling.accept, task.pk, actor=head, person_id=official.pk)
    on(3, 26, report, task, official, dt.date(2021, 3, 26), "15/BC-STP")
    on(3, 29, judging.confirm, task.pk, actor=play.follower, quality=Quality.EXCEEDS)
    on(3, 27, recurring.make_due)
    second = Task.objects.get(series=task.series, series_on=dt.date(2021, 4, 2))
    on(3, 29, handling.accept, second.pk, actor=head, person_id=official.pk)
    for day in (2, 5, 8):
        on(4, day, reminders.remind_due)
    urged = on(4, 8, urging.urge, second.pk, actor=play.follower, words="Báo cáo ngay",
               answer_until=dt.date(2021, 4, 12), reference="1789/UBND-TH")  # fmt: skip
    on(4, 9, urging.answer, urged.pk, actor=head, words="Nộp trong ngày 12/4")
    return second


def test_the_real_tasks_from_their_giving_to_their_end():
    rows = list(csv.DictReader(SAMPLE.read_text(encoding="utf-8").splitlines()))
    play = on(3, 22, Province, rows)
    made = {row["reference"].split()[-1]: on(3, 23, play.give, row) for row in rows}
    forest(play, made["1345/UBND-KT"][0])
    second = each_week(play, made["Đ13.3"][0])
    early, returned = made["Đ4.2a"]
    science = play.officials[SCIENCE]
    on(3, 24, handling.accept, early.pk, actor=science)
    on(4, 8, report, early, science, dt.date(2021, 4, 8), "77/SKHCN")
    on(4, 9, judging.confirm, early.pk, actor=play.follower, quality=Quality.WEAK)
    other = play.heads[INFORMATION]
    on(3, 25, handling.return_wrong, returned.pk, actor=other, reason="Sở Nội vụ tổng hợp")

    today = dt.date(2021, 4, 9)
    tasks = {each.pk: each for each in Task.objects.all()}
    labels = {pk: label_of(each.standing, today, on(4, 9, near_until, today))
              for pk, each in tasks.items()}  # fmt: skip
    assert labels == {
        made["1345/UBND-KT"][0].pk: Label.LATE, made["Đ13.3"][0].pk: Label.ON_TIME,
        second.pk: Label.OVERDUE, made["Đ9.2d"][0].pk: Label.IN_TIME,
        made["Đ12.5"][0].pk: Label.IN_TIME, early.pk: Label.EARLY, returned.pk: Label.RETURNED,
    }  # fmt: skip
    wood = tasks[made["1345/UBND-KT"][0].pk]
    assert (wood.completed_on, wood.judged_due_on) == (dt.date(2021, 4, 7), dt.date(2021, 4, 5))
    days = [(each.kind, each.due_on, each.from_on) for each in wood.due_dates.order_by("pk")]
    assert days == [
        ("given", dt.date(2021, 3, 31), dt.date(2021, 3, 23)),
        ("extended", dt.date(2021, 4, 5), dt.date(2021, 3, 26)),  # from the day it was asked for
    ]
    helping = Counter(Cooperator.objects.values_list("task__directive__reference", flat=True))
    assert helping == {"1345/UBND-KT": 1, "2947/QĐ-UBND Đ12.5": 2}
    series = {task.series.every: task.series.next_on for task in (
        second, made["Đ9.2d"][0], made["Đ12.5"][0]
    )}  # fmt: skip
    assert series["half"] == dt.date(2021, 12, 30)
    assert series["year"] == dt.date(2022, 6, 30)

    evening = timezone.make_aware(dt.datetime(2021, 4, 9, 18))
    quarter = Window(dt.date(2021, 4, 1), today, evening)
    due = list(due_in(quarter))
    assert len(due) == 3  # confirmed in it, or overdue at its end
    good = {name: sum(map(share.good, due)) for name, share in SHARES.items()}
    assert good == {"directives.done": 2, "directives.good": 1, "directives.in_time": 1}
    assert told(play, wood) == {
        "lead": ["Nhiệm vụ mới"],
        "official": [
            "Ông/bà được giao chịu trách nhiệm thực hiện nhiệm vụ", "Đã đồng ý gia hạn",
            "Kết quả chưa đạt, yêu cầu thực hiện lại", "Kết quả thực hiện đã được xác nhận",
        ],
        "helper": ["Phối hợp thực hiện nhiệm vụ"],
        "chairman": ["Đề nghị gia hạn"],
        "follower": [
            "Có khó khăn, vướng mắc hoặc kiến nghị", "Kết quả thực hiện chờ xác nhận",
            "Kết quả thực hiện chờ xác nhận",
        ],
    }  # fmt: skip
    escalated = ["Nhiệm vụ vẫn quá hạn, hạn ngày 02/04/2021", "Đơn vị chủ trì đã trả lời đôn đốc"]
    assert told(play, second)["follower"] == escalated


def told(play, task):
    """What each of the five read of the task, without its content."""
    people = {
        "chairman": play.chairman, "follower": play.follower,
        "lead": play.heads[DISTRICT],
        "official": play.officials[DISTRICT],
        "helper": play.heads[HELPER],
    }  # fmt: skip
    read = Notification.objects.filter(subject_id=str(task.pk)).order_by("event_id")
    return {
        name: [each.text.partition(":")[0] for each in read if each.user_id == person.pk]
        for name, person in people.items()
    }
