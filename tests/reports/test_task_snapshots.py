"""Statements of tasks: what a month showed when it ended, made later; versions and signatures."""

import datetime as dt
import io

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import OutboxEvent
from common.errors import AlreadyDone, DomainError
from directives.models import Task
from directives.queries import lists
from directives.rules import Label
from directives.services import extending, giving, handling, judging, steering
from directives.services.giving import Source, Wish
from directives.states import Origin, Quality
from notifications.models import Notification
from organizations.models import RuleSet, UnitSuccession
from organizations.standing import forget_standing
from ranking.measures import MEASURES, Window
from reports.consumers_tasks import tell_who_reviews, tell_who_signs
from reports.exports_tasks import task_report_sheet
from reports.models import TaskReport
from reports.papers_tasks import task_report_paper
from reports.queries.task_history import counted_of
from reports.queries.task_tables import RatingDetail, TaskTable, tasks_behind
from reports.rules_tasks import Part
from reports.rulesets_tasks import TaskReportRules
from reports.services import task_snapshots as snapshots
from tenancy.scope import required_scope, tenant_scope
from tests.directives.office import make_office
from tests.reports.evaluated import LONG_BEFORE, in_office

LIST = "/nhiem-vu/bao-cao/"
STANDS = {  # what a task is called on the board when the month ends
    Part.IN_TIME: (Label.IN_TIME, Label.DUE_SOON), Part.OVERDUE: (Label.OVERDUE,),
    Part.NO_DUE: (Label.NO_DUE,), Part.SUSPENDED: (Label.SUSPENDED,), Part.EARLY: (Label.EARLY,),
    Part.ON_TIME: (Label.ON_TIME,), Part.LATE: (Label.LATE,), Part.DONE: (Label.DONE,),
    Part.RETURNED: (Label.RETURNED,), Part.WITHDRAWN: (Label.WITHDRAWN,),
}  # fmt: skip


def on(month, day, hour=9):
    return timezone.make_aware(dt.datetime(2026, month, day, hour))


def day(month, number):
    return dt.date(2026, month, number)


class Play:
    """What people do with tasks, each act on its day of 2026."""

    def __init__(self, office):
        self.office, self.town = office, office.town

    def at(self, month, number, act, *args, **kwargs):
        with time_machine.travel(on(month, number), tick=False):
            return act(*args, **kwargs)

    def give(self, month, number, due_on, lead=None, origin=Origin.CONCLUSION):
        source = Source(
            origin, "Giao ban", day(month, number), self.office.chairman.pk
        )  # fmt: skip
        wish = Wish("Rà soát", (lead or self.town.agency).pk, due_on=due_on)
        from_office = {"actor": self.office.follower, "unit_id": self.office.root.pk}
        return self.at(month, number, giving.give, source, [wish], **from_office)[0].pk

    def accept(self, pk, month, number):
        people = {"actor": self.town.leader, "person_id": self.town.officer.pk}
        self.at(month, number, handling.accept, pk, **people)

    def report(self, pk, month, number, document_on=None):
        self.at(
            month, number, handling.report_result, pk, actor=self.town.officer, reference="1/BC",
            document_on=document_on or day(month, number), words="Xong",
        )  # fmt: skip

    def confirm(self, pk, month, number, quality=Quality.MEETS):
        chairman = self.office.chairman
        self.at(month, number, judging.confirm, pk, actor=chairman, quality=quality)

    def finish(self, pk, month, number, document_on=None, quality=Quality.MEETS):
        self.report(pk, month, number, document_on)
        self.confirm(pk, month, number, quality)


def played_in_march(play):
    """Tasks of every column at the end of March, with the name of what becomes of them."""
    made = {
        name: play.give(2, 10, due_on) for name, due_on in {
            "early": day(3, 20), "on_time": day(3, 17), "late": day(3, 9), "longer": day(3, 25),
            "waits": day(3, 27), "old": day(2, 20), "moved": day(3, 31), "stopped": day(5, 4),
        }.items()
    }  # fmt: skip
    for pk in made.values():
        play.accept(pk, 2, 11)
    made["old_done"] = made.pop("old")
    play.finish(made["old_done"], 2, 19)  # over before March
    made |= {"open": play.give(3, 5, day(6, 5)), "no_day": play.give(3, 5, None),
             "gone": play.give(3, 5, day(6, 5)),
             "commune": play.give(3, 6, day(3, 16), play.town.commune)}  # fmt: skip
    play.finish(made["early"], 3, 18, quality=Quality.EXCEEDS)
    play.finish(made["on_time"], 3, 18, document_on=day(3, 17))
    play.finish(made["late"], 3, 18, document_on=day(3, 10), quality=Quality.WEAK)
    play.report(made["waits"], 3, 27)
    wish = play.at(3, 18, extending.ask, made["longer"], actor=play.town.officer,
                   wanted_on=day(4, 20), reason="Khó")  # fmt: skip
    chairman = play.office.chairman
    play.at(3, 26, steering.suspend, made["stopped"], actor=chairman, reason="Chờ")
    made["returned"] = play.give(3, 24, day(3, 26))
    play.at(3, 25, handling.return_wrong, made["returned"], actor=play.town.leader, reason="Sai")
    play.at(3, 26, steering.withdraw, made["gone"], actor=chairman, reason="Thôi")
    return made, wish


def goes_on_in_april(play, made, wish):
    """What changes every present column of what March showed."""
    chairman = play.office.chairman
    play.at(4, 1, extending.grant, wish.pk, actor=chairman)
    play.at(4, 1, steering.resume, made["stopped"], actor=chairman, due_on=day(5, 8))
    play.at(4, 2, steering.reopen, made["late"], actor=chairman, reason="Thiếu", due_on=day(6, 2))
    play.confirm(made["waits"], 4, 2)
    leader = play.town.leader
    play.at(4, 2, handling.return_wrong, play.give(4, 2, day(6, 2)), actor=leader, reason="Sai")
    play.at(4, 2, steering.give_again, made["returned"], actor=chairman,
            lead_id=play.town.agency.pk, due_on=day(4, 8))  # fmt: skip
    play.finish(made["moved"], 4, 3)
    play.accept(made["open"], 4, 3)
    play.finish(made["open"], 4, 3)


@pytest.fixture
def play(province, town):
    with tenant_scope(province):
        office = make_office(town)
        in_office()
    return province, Play(office)


def test_the_yearly_assessment_counts_what_the_statement_counts(play):
    """Whatever is done with the tasks after the end of the year; and for the successor of a body
    all that it did, not only what it left open."""
    fresh, play = play
    with tenant_scope(fresh):
        made, wish = played_in_march(play)
        goes_on_in_april(play, made, wish)
        report = snapshots.make(
            play.office.root.pk, actor=play.office.follower, kind="quarterly", day=day(3, 9)
        )
        statement = {row["name"]: row["figures"] for row in report.rows}
        window = Window(day(1, 1), day(3, 31), on(4, 25))

        def counted(units=None):
            return [MEASURES[f"directives.{name}"].counted(window, units)
                    for name in ("done", "good", "in_time")]  # fmt: skip

        town = play.town
        assert counted() == [
            {unit.pk: (statement[unit.name][part], statement[unit.name]["assigned"])
             for unit in (town.agency, town.commune)} for part in ("done", "good", "timely")
        ]  # fmt: skip
        assert statement[town.agency.name]["timely"] == 3  # the one of February, too
        assert counted([town.commune.pk]) == [{town.commune.pk: (0, 1)}] * 3
        in_time = MEASURES["directives.in_time"]
        behind = in_time.behind(window, [town.agency.pk], only_good=True)
        assert set(behind) == {made[name] for name in ("early", "on_time", "old_done")}
        heir = town.other_agency
        UnitSuccession.objects.create(
            predecessor=town.agency, successor=heir, on=day(3, 31), reason="Sáp nhập"
        )
        assert counted([heir.pk])[2] == {heir.pk: (3, 5)}
        assert counted()[2] == {heir.pk: (3, 5), town.commune.pk: (0, 1)}


def shown():
    """The tasks under each label of the lists at this moment."""
    today = timezone.localdate()
    return {
        part: {
            task.pk for label in labels
            for task in lists.with_label(Task.objects.all(), label, today)
        }
        for part, labels in STANDS.items()
    }  # fmt: skip


def columns_of(report):
    return {
        part: {pk for row in report.rows for pk in row["tasks"][str(part)]} for part in Part
    }  # fmt: skip


def test_a_past_month_is_told_as_it_was_shown_when_it_ended(play):
    fresh, play = play
    with tenant_scope(fresh):
        made, wish = played_in_march(play)
        with time_machine.travel(on(3, 31, 23), tick=False):
            then = shown()
        with time_machine.travel(on(4, 1, 0), tick=False):
            first = snapshots.make(
                play.office.root.pk, actor=play.office.follower, kind="monthly", day=day(3, 9)
            )
        goes_on_in_april(play, made, wish)
        with time_machine.travel(on(4, 20), tick=False):
            later = snapshots.make(
                play.office.root.pk, actor=play.office.follower, kind="monthly", day=day(3, 9)
            )
            now = shown()
        told = columns_of(later)
        then[Part.EARLY] -= {made["old_done"]}  # of February
        assert {part: told[part] for part in STANDS} == then
        assert all(then[part] for part in STANDS if part is not Part.DONE)
        assert now != then
        assert later.rows == first.rows
        assert (first.number, later.number) == (1, 2)
        new = {made[name] for name in ("open", "no_day", "gone", "commune", "returned")}
        assert told[Part.OPENING] == set(made.values()) - new - {made["old_done"]}
        by_name = {row["name"]: row for row in later.rows}
        agency = by_name[play.town.agency.name]
        assert agency["figures"] == {
            "assigned": 4, "done": 3, "good": 2, "timely": 2, "late": 1, "overdue": 1, "not_due": 6,
        }  # fmt: skip
        programme, directives = agency["rating"]["groups"]
        assert programme == {"assigned": 0, "parts": []}
        points = [value for _number, value in directives["parts"]]
        assert points == ["7.50", "5.00", "5.00"]  # of 10 each: 3, 2 and 2 of 4
        assert (agency["rating"]["points"], agency["rating"]["band"]) == ("17.50", "Hoàn thành")
        commune = by_name[play.town.commune.name]["rating"]
        assert (commune["points"], commune["listed"]) == ("0.00", "criticised")


def test_points_are_of_the_tasks_of_each_origin_and_can_be_counted_again(play):
    fresh, play = play
    root, follower = play.office.root.pk, play.office.follower
    with tenant_scope(fresh):
        for origin, ends in ((Origin.PROGRAMME, 18), (Origin.ORAL, 18), (Origin.CONCLUSION, 0)):
            pk = play.give(3, 2, day(3, 20), origin=origin)
            play.accept(pk, 3, 3)
            if ends:
                play.finish(pk, 3, ends)
        with time_machine.travel(on(4, 1), tick=False):
            report = snapshots.make(root, actor=follower, kind="monthly", day=day(3, 9))
            (row,) = report.rows
            assert [each["assigned"] for each in row["rating"]["groups"]] == [1, 1]
            assert (row["rating"]["points"], row["rating"]["most"]) == ("20.00", 50)
            words = " ".join(TaskTable(report).rule_words)
            assert "1/3 nhiệm vụ không được tính điểm" in words  # given by word of mouth
            paper = render_to_string("reports/task_paper.html", task_report_paper(report))
            sheet = task_report_sheet(report, TaskTable(report), follower)
            told = openpyxl.load_workbook(io.BytesIO(sheet)).worksheets[2].values
            heads, *lines = told
            for name in ("Số lượng", "Chất lượng", "Tiến độ"):
                assert name in paper
                assert any(name in head for head in heads)
            assert lines[0][1:8] == (1, 1, 5, 1, 10, 1, 5)
            assert lines[0][8:] == (1, 0, 0, 0, 0, 0, 0, 20, 50, 40, "Không hoàn thành")
        RuleSet.objects.create(
            kind="task_report", valid_from=LONG_BEFORE, values={"task_formula": "da-nang-2022"},
            source="thử",
        )  # fmt: skip
        forget_standing()
        required_scope().memory.clear()
        with time_machine.travel(on(4, 1), tick=False):
            report = snapshots.make(root, actor=follower, kind="monthly", day=day(3, 9))
        paper = render_to_string("reports/task_paper.html", task_report_paper(report))
        assert "66,67" in paper  # two of three done
        assert "tối đa 500" not in paper
        (words, *_more) = TaskTable(report).rule_words
        assert "không tính điểm, không xếp loại" in words


def test_nobody_is_rated_by_a_decision_that_did_not_hold_yet(play):
    fresh, play = play
    with tenant_scope(fresh):
        play.give(3, 2, day(3, 20))
        ruled = TaskReportRules(task_bands="hai-phong-212-2025")
        told = snapshots.rules_as_data(ruled, dt.date(2025, 6, 30))
        tasks = list(counted_of(play.office.root.pk, on(3, 1), on(4, 1), day(3, 31)))
        rows = snapshots.rows_of(tasks, ruled, dt.date(2025, 6, 30))
        report = TaskReport(rules=told, rows=rows, unit=play.office.root)
    assert (rows[0]["rating"]["points"], rows[0]["rating"]["band"]) == (None, "")
    words = RatingDetail(report).rule_words
    assert len(words) == 1
    assert "có hiệu lực từ 18/11/2025" in words[0]


def test_the_portal_makes_what_is_due_once_and_makes_up_what_was_missed(play):
    fresh, play = play
    with tenant_scope(fresh):
        assert snapshots.make_next(day(4, 1)) == 0  # there is no task yet
        play.give(3, 5, day(4, 9))
        for today, made in ((day(4, 1), 2), (day(4, 2), 0), (day(5, 27), 1), (day(6, 29), 0)):
            with time_machine.travel(
                timezone.make_aware(dt.datetime.combine(today, dt.time(6))), tick=False
            ):
                assert [snapshots.make_next(today) for _n in range(3)].count(1) == made, today
        kept = TaskReport.objects.order_by("pk").values_list("kind", "first_day", "last_day")
        assert list(kept) == [
            ("monthly", day(3, 1), day(3, 31)), ("quarterly", day(1, 1), day(3, 31)),
            ("monthly", day(4, 1), day(4, 30)),
        ]  # fmt: skip
        RuleSet.objects.create(
            kind="task_report", valid_from=LONG_BEFORE, values={"task_monthly_day": 0}, source="thử"
        )
        forget_standing()
        required_scope().memory.clear()
        assert snapshots.make_next(day(6, 1)) == 0


def test_a_statement_is_reviewed_signed_and_corrected_beside(play):
    fresh, play = play
    with tenant_scope(fresh):
        played_in_march(play)
        office, root = play.office, play.office.root.pk
        with time_machine.travel(on(4, 1), tick=False):
            wanted = {"kind": "monthly", "day": day(3, 9)}
            report = snapshots.make(root, actor=office.follower, **wanted)
            with pytest.raises(DomainError, match="chưa kết thúc"):
                snapshots.make(root, actor=office.follower, kind="quarterly", day=day(4, 1))
            snapshots.review(report.pk, actor=office.follower, comment="Đã đối chiếu")
            reviewed = OutboxEvent.objects.get(action="task_report.reviewed")
            tell_who_signs(reviewed)
            tell_who_reviews(OutboxEvent.objects.get(action="task_report.made"))  # by a person
            told = Notification.objects.values_list("user", flat=True)
            assert list(told) == [office.chairman.pk]
            with pytest.raises(AlreadyDone, match="chờ ký"):
                snapshots.make(root, actor=office.follower, **wanted)
            TaskReport.objects.filter(pk=report.pk).update(rows=[])
            with pytest.raises(DomainError, match="lúc chốt"):
                snapshots.sign(report.pk, actor=office.chairman, comment="")
            TaskReport.objects.filter(pk=report.pk).update(rows=report.rows)
            signed = snapshots.sign(report.pk, actor=office.chairman, comment="Đã duyệt")
            assert (signed.state, signed.capacity) == ("signed", "CHỦ TỊCH")
            newer = snapshots.make(root, actor=office.chairman, **wanted)
            with pytest.raises(AlreadyDone):
                snapshots.review(report.pk, actor=office.follower, comment="Nữa")
            assert (newer.number, newer.state) == (2, "draft")
            assert TaskReport.objects.get(pk=report.pk).state == "signed"


def test_pages_lead_from_each_figure_to_its_tasks(client, play):
    fresh, play = play
    office = play.office
    with tenant_scope(fresh):
        made, _wish = played_in_march(play)
    client.sign_in(office.follower)
    today = timezone.localdate()
    answer = client.post(
        f"{LIST}lap/", {"unit": office.root.pk, "kind": "monthly", "first": f"{today:%d/%m/%Y}"}
    )
    assert (answer.status_code, "chưa kết thúc" in answer.text) == (422, True)
    wanted = {"unit": office.root.pk, "kind": "monthly", "first": "09/03/2026"}
    shown = client.post(f"{LIST}lap/", wanted, follow=True).text
    assert "6 nhiệm vụ chưa đến hạn tính riêng" in shown
    assert "Phê bình" in shown
    with tenant_scope(fresh):
        report = TaskReport.objects.get()
        late = tasks_behind(report, "", "late", office.follower)
        assert list(late.values_list("pk", flat=True)) == [made["late"]]
        assert tasks_behind(report, "khong-co", "late", office.follower) is None
    page = reverse("reports:task_report_tasks", args=[report.pk])
    assert client.get(f"{page}?hang={play.town.agency.code}&cot=total").text.count("<tr>") == 12
    assert client.get(f"{page}?cot=khong-co").status_code == 404
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("reports:task_report_detail", args=[report.pk]))
    assert len(asked) < 30
    pdf = client.get(reverse("reports:task_report_print", args=[report.pk]))
    assert pdf.content.startswith(b"%PDF")
    xlsx = client.get(reverse("reports:task_report_export", args=[report.pk]))
    content = b"".join(xlsx.streaming_content) if xlsx.streaming else xlsx.content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [sheet.max_row for sheet in book][1] == 4  # its head, late, longer, the commune's
    client.post(reverse("reports:task_report_review", args=[report.pk]), {"comment": "Đạt"})
    refused = client.post(reverse("reports:task_report_sign", args=[report.pk]), {})
    assert refused.status_code == 403
    client.sign_in(office.chairman)
    done = client.post(
        reverse("reports:task_report_sign", args=[report.pk]), {"comment": "Đạt"}, follow=True
    )  # fmt: skip
    assert "Đã ký" in done.text
    client.sign_in(play.town.leader)
    assert client.get(reverse("reports:task_report_detail", args=[report.pk])).status_code == 404
    assert "01/03/2026" not in client.get(LIST).text
