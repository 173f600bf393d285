"""The demo's tasks of many agencies, and last month's report of them, ready to be signed."""

import datetime as dt

import time_machine

from directives.models import Remark, Task, Urging, Watch
from directives.states import AWAITED
from organizations.models import User
from portal.demo import agency_tasks, directives, task_reports
from portal.demo.clock import Past
from reports.models import ReportState, TaskReport
from reports.services import task_snapshots
from tenancy.scope import tenant_scope
from tests.directives.office import make_office
from tests.people import make_person
from tests.reports.evaluated import in_office


@time_machine.travel(dt.datetime(2026, 5, 12, 3, tzinfo=dt.UTC), tick=False)
def test_last_months_report_is_there_once_and_is_signed(province, town):
    with tenant_scope(province):
        office = make_office(town)
        in_office()
        User.objects.filter(pk=office.follower.pk).update(username="theodoi")
        past = Past()
        agency_tasks.begin(past, office.chairman, office.follower, town.root)
        past.play()
        assert Task.objects.filter(unit=town.root).count() == agency_tasks.TASKS
        labels = Task.objects.values_list("status", flat=True).distinct()
        assert {"in_work", "accepted", "closed", "reported"} >= set(labels) >= {"closed"}
    for _again in range(2):
        task_reports.make(province)
    with tenant_scope(province):
        monthly = TaskReport.objects.get(kind="monthly")
        assert monthly.state == ReportState.REVIEWED
        assert {row["name"] for row in monthly.rows} == {town.agency.name}
        signed = task_snapshots.sign(monthly.pk, actor=office.chairman, comment="")
        assert signed.state == ReportState.SIGNED


def test_the_ward_is_urged_answers_and_talks_of_its_tasks(province, town):
    """Its leader, its head and its official, as in the demo."""
    with tenant_scope(province):
        office = make_office(town)
        seats = (("lanhdao", "leader"), ("truongphong", "head"), ("chuyenvien", "official"))
        for username, role in seats:
            make_person(role, town.commune, username=username)
        for person, username in ((office.chairman, "lanhdao.tinh"), (office.follower, "theodoi")):
            User.objects.filter(pk=person.pk).update(username=username)
    for _again in range(2):
        directives.make(province)
    with tenant_scope(province):
        asked = Urging.objects.filter(task__lead=town.commune).order_by("pk")
        assert [bool(each.answer) for each in asked] == [True, False]
        assert asked[1].is_awaited
        assert Remark.objects.count() == 2
        assert set(Watch.objects.values_list("user__username", flat=True)) == {
            "lanhdao.tinh", "chuyenvien"
        }  # fmt: skip
        of_agency = Urging.objects.filter(task__lead=town.agency)
        assert of_agency.exists()
        assert len(set(of_agency.values_list("asked_at", flat=True))) == 1  # in one act
        assert all(each.answer for each in of_agency if each.task.status in AWAITED)
