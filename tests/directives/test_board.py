"""The board: every figure is the number of tasks that its link shows."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directives.models import Task
from directives.queries import board as boards
from directives.queries.board import Board, Wanted
from directives.rules import Label
from directives.services import extending, handling, judging, steering
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, TODAY, accepted, given, report
from tests.people import make_person

BOARD = "/nhiem-vu/bang/"


def finished(office, due_on, document_on):
    """Given ten days ago, with a day that has passed since."""
    task = accepted(office)
    Task.objects.filter(pk=task.pk).update(due_on=due_on)
    task.due_dates.model.objects.create(
        task=task, kind="moved", due_on=due_on, from_on=TODAY() - 10 * DAY, at=task.given_at,
        by=office.chairman,
    )  # fmt: skip
    report(task.pk, office.town.officer, document_on)
    return judging.confirm(task.pk, actor=office.follower)


@pytest.fixture
def tasks(province, office):
    """Of each label some, of two leads and two givers."""
    town = office.town
    with tenant_scope(province):
        other = make_person("province_leader", town.root, title="Phó Chủ tịch")
        made = [given(office), given(office, due_on=TODAY()), given(office, due_on=None)]
        made += [given(office, lead_id=town.commune.pk) for _n in range(2)]
        late = given(office)
        for due_on, done_on in ((2, 4), (2, 2), (4, 2), (5, 1)):
            made.append(finished(office, TODAY() - due_on * DAY, TODAY() - done_on * DAY))
        Task.objects.filter(pk=late.pk).update(due_on=TODAY() - DAY)
        Task.objects.filter(pk=made[0].pk).update(giver=other, field="Đất đai")
        stopped = given(office)
        steering.suspend(stopped.pk, actor=office.chairman, reason="Chờ")
        back = given(office)
        handling.return_wrong(back.pk, actor=town.leader, reason="Của Sở Tài chính")
        Task.objects.filter(pk=back.pk).update(due_on=TODAY() - DAY)  # and left lying
        steering.withdraw(given(office).pk, actor=office.chairman, reason="Thôi")
        return other


def board_of(user, body, by=boards.LEAD, **filters):
    wanted = Wanted(TODAY().year, TODAY() - 7 * DAY, by, **filters)
    return Board(user, body, wanted, TODAY())


def test_every_figure_is_the_number_of_tasks_behind_it(province, office, tasks):
    town = office.town
    with tenant_scope(province):
        root = str(office.root.pk)
        by_lead = board_of(office.chairman, root)
        told = {row.name: row.counts for row in by_lead.rows}
        assert list(told) == [town.agency.name, town.commune.name]  # the most overdue first
        assert +told[town.commune.name] == {Label.IN_TIME: 2}
        agency = told[town.agency.name]
        expected = {
            Label.OVERDUE: 1, Label.DUE_SOON: 1, Label.IN_TIME: 1, Label.NO_DUE: 1,
            Label.RETURNED: 1, Label.SUSPENDED: 1, Label.EARLY: 1, Label.ON_TIME: 1, Label.LATE: 2,
        }  # fmt: skip
        assert +agency == expected
        total = by_lead.total
        assert (total.total, total.judged, total.timely, total.percent) == (12, 5, 2, 40)
        for by, place in ((boards.LEAD, "lead"), (boards.GIVER, "giver"), (boards.FIELD, "field")):
            for row in board_of(office.chairman, root, by).rows:
                narrowed = board_of(office.chairman, root, by, **{place: row.pk})
                assert narrowed.total.counts == row.counts
                for label in boards.LABELS:
                    assert narrowed.behind(label).count() == row.counts[label], (row.name, label)
        assert board_of(office.chairman, root, giver=tasks.pk).total.total == 1
        fields = {row.name: row.total for row in board_of(office.chairman, root, boards.FIELD).rows}
        assert fields == {"Không rõ lĩnh vực": 11, "Đất đai": 1}


def test_a_past_year_shows_what_was_finished_in_it_alone(client, province, office, tasks):
    """What is overdue today is no fault of that year; a task without a day is never late."""
    with tenant_scope(province):
        year = TODAY().year - 1
        done = Task.objects.filter(status="closed")
        done.update(
            given_on=dt.date(year, 5, 1),
            completed_on=dt.date(year, 5, 4),
            judged_due_on=dt.date(year, 5, 3),
        )
        Task.objects.filter(pk=done.first().pk).update(judged_due_on=None)
        board = Board(
            office.chairman, str(office.root.pk), Wanted(year, TODAY() - 7 * DAY), TODAY()
        )  # fmt: skip
        total = board.total
        assert +total.counts == {Label.LATE: 3, Label.DONE: 1}
        assert (total.total, total.judged, total.percent) == (4, 4, 25)
    client.sign_in(office.chairman)
    page = client.get(f"{BOARD}?nam={year}").text
    assert ("25,0 %" in page, "Quá hạn" in page) == (True, False)
    assert client.get(f"{BOARD}danh-sach/?nam={year}&nhan=overdue").status_code == 404


def test_each_sees_the_boards_that_are_his(client, province, office, tasks):
    town = office.town
    with tenant_scope(province):
        root, own = str(office.root.pk), str(town.agency.pk)
        boards_of = {
            person.pk: [key for key, _words in boards.bodies_for(person)]
            for person in (office.chairman, office.follower, town.leader, town.overseer,
                           town.officer)
        }  # fmt: skip
        assert boards_of == {
            office.chairman.pk: [root], office.follower.pk: [root],
            town.leader.pk: [boards.OWN, own], town.overseer.pk: [root], town.officer.pk: [],
        }  # fmt: skip
        mine = board_of(town.leader, boards.OWN)
        assert [row.name for row in mine.rows] == [town.agency.name]
        assert mine.total.total == 10
        part = Task.objects.filter(lead=town.agency, status="given").first()
        Task.objects.filter(pk=part.pk).update(unit=town.agency, lead=town.division)
        assert board_of(town.leader, own).total.total == 1
        assert board_of(town.leader, boards.OWN).total.total == 9
    client.sign_in(town.leader)
    theirs = client.get(f"{BOARD}?bang={root}").text  # is not his: his own
    assert town.commune.name not in theirs
    assert f'value="{boards.OWN}" selected' in theirs
    client.sign_in(town.officer)
    assert client.get(BOARD).status_code == 403


def test_the_page_leads_to_the_tasks_and_keeps_its_filters(client, province, office, tasks):
    town = office.town
    client.sign_in(office.chairman)
    lead = f"chu_tri={town.agency.pk}"
    page = client.get(f"{BOARD}?{lead}&theo=nguoi-giao").text
    assert town.commune.name in page  # still offered
    assert "40,0 %" in page
    links = [
        link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*danh-sach[^"]*)"', page)
    ]
    late = [link for link in links if f"nhan={Label.LATE}" in link]
    assert late
    assert all(lead in link for link in links)
    shown = client.get(late[-1]).text
    assert shown.count('<th scope="row">') == 2
    assert "Trễ hạn: 2" in shown
    assert f"{BOARD}?theo=nguoi-giao&amp;{lead}" in shown  # back to where he was
    by_field = client.get(f"{BOARD}?theo=linh-vuc").text
    assert "linh_vuc=%C4%90%E1%BA%A5t%20%C4%91ai" in by_field
    assert "Báo cáo kết quả" in client.get(f"{BOARD}danh-sach/?nhan=in_time&linh_vuc=Đất đai").text
    assert client.get(f"{BOARD}danh-sach/?nhan=withdrawn").status_code == 404
    for wrong in ("tu=31/02/2026", "tu=01/01/1900", "nam=1&chu_tri=x&nguoi_giao=999999"):
        assert client.get(f"{BOARD}?{wrong}").status_code == 200
    assert "mười hai tháng" in client.get(f"{BOARD}?tu=01/01/1900").text


def test_what_changed_since_the_last_meeting(province, office):
    with tenant_scope(province):
        root, days = str(office.root.pk), {"given_at": TODAY() - 30 * DAY}
        old = [accepted(office) for _n in range(3)]
        Task.objects.update(given_at=dt.datetime.combine(
            days["given_at"], dt.time(8), tzinfo=old[0].given_at.tzinfo
        ))  # fmt: skip
        now_late, longer, back = old
        new, done = given(office), finished(office, TODAY(), TODAY())
        Task.objects.filter(pk=now_late.pk).update(due_on=TODAY() - 7 * DAY - DAY)
        wanted = longer.due_on + DAY
        wish = extending.ask(longer.pk, actor=office.town.officer, wanted_on=wanted, reason="Khó")
        extending.grant(wish.pk, actor=office.chairman, granted_on=wanted)
        handling.report_progress(
            back.pk, actor=office.town.officer, words="Làm", obstacles="Thiếu người"
        )
        report(back.pk, office.town.officer)
        judging.send_back(back.pk, actor=office.chairman, words="Thiếu số liệu")
        board = board_of(office.chairman, root)
        found = {
            name: list(board.changed(name).order_by("pk").values_list("pk", flat=True))
            for name in boards.CHANGES
        }
        assert found == {
            "moi": [new.pk, done.pk], "xong": [done.pk], "tre": [now_late.pk],
            "gia-han": [longer.pk], "lam-lai": [back.pk], "vuong-mac": [back.pk],
        }  # fmt: skip
        counts = {each["name"]: each["count"] for each in board.changes()}
        assert counts == {name: str(len(pks)) for name, pks in found.items()}
        later = Board(
            office.chairman, root, Wanted(TODAY().year, TODAY() - 6 * DAY), TODAY()
        )  # fmt: skip
        assert later.changed("tre").count() == 0


def test_the_board_costs_the_same_for_many_tasks(client, province, office, tasks):
    client.sign_in(office.chairman)
    client.get(BOARD)
    with CaptureQueriesContext(connection) as many:
        assert client.get(BOARD).text.count('<th scope="row">') == 3
    with tenant_scope(province):
        kept = Task.objects.filter(lead=office.town.commune).first()
        Task.objects.exclude(pk=kept.pk).update(unit=office.town.other_agency)
    with CaptureQueriesContext(connection) as few:
        assert client.get(BOARD).text.count('<th scope="row">') == 2
    assert len(many) == len(few)
    asked = [each["sql"] for each in many if "directives_task" in each["sql"]]
    assert len(asked) == 4  # what is open, what is finished, their fields, what changed
