"""The pages of tasks: lists and their labels, the story, the forms, what waits for whom."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import OutboxEvent
from directives.consumers import tell, tell_stuck
from directives.models import Task
from directives.queries import lists
from directives.queries.desk import queues
from directives.rules import Label, label_of
from directives.services import extending, giving, handling, judging, steering
from directives.states import OPEN
from directives.words import near_until
from notifications.models import Notification
from organizations.models import RuleSet, Unit
from organizations.models.units import UnitKind
from tenancy.scope import tenant_scope
from tests.directives.office import (
    DAY,
    LATER,
    TODAY,
    accepted,
    given,
    report,
    reported,
    source,
    wish,
)
from tests.files import corpus
from tests.people import make_unit

A_TASK = '<details class="panel" id="task-'
LIST, GIVE, DESK = "/nhiem-vu/", "/nhiem-vu/giao/", "/nhiem-vu/cho-toi/"


def page_of(task, act=""):
    name = "directives:task_act" if act else "directives:task_detail"
    return reverse(name, args=[task.pk, act] if act else [task.pk])


def typed(office, **changes):
    """The page of giving with one task in it."""
    day = f"{TODAY():%d/%m/%Y}"
    return {
        "origin": "document", "reference": "07/CT-UBND", "subject": "Tăng cường ứng dụng",
        "given_on": day, "giver": office.chairman.pk, "form_token": "t" * 32,
        "viec-TOTAL_FORMS": "6", "viec-INITIAL_FORMS": "0",
        "viec-0-content": "Rà soát phần mềm", "viec-0-lead": office.town.agency.pk,
        "viec-0-due_on": f"{TODAY() + LATER:%d/%m/%Y}", "viec-0-urgency": "1", **changes,
    }  # fmt: skip


def test_a_meeting_gives_several_tasks_on_one_page(client, province, office):
    town = office.town
    client.sign_in(office.follower)
    assert client.get(GIVE).text.count(A_TASK) == 1
    longer = client.post(GIVE, typed(office, them="1", **{"viec-TOTAL_FORMS": "1"}))
    assert (longer.status_code, longer.text.count(A_TASK)) == (200, 2)
    assert "Rà soát phần mềm" in longer.text  # what was typed stays, and nothing is judged
    assert "field-wrong" not in longer.text
    endless = client.post(GIVE, {"them": "1", "viec-TOTAL_FORMS": "9" * 30})
    assert endless.text.count(A_TASK) == 1
    second = {
        "viec-1-content": "Báo cáo", "viec-1-lead": town.commune.pk, "viec-1-urgency": "0",
        "viec-1-also": [town.agency.pk], "viec-1-cooperate": [town.other_agency.pk],
    }  # fmt: skip
    wrong = typed(office, **second | {"viec-1-cooperate": [town.agency.pk]})
    answer = client.post(GIVE, wrong)
    assert answer.status_code == 422
    assert "Đơn vị chủ trì không đồng thời" in answer.text
    past = client.post(GIVE, typed(office, **{"viec-0-due_on": "01/01/2020"}))
    assert (past.status_code, "đã qua" in past.text) == (422, True)
    second |= {"viec-1-cooperate": ["*agency"]}  # all of them, but those that lead
    answer = client.post(GIVE, typed(office, **second), follow=True)
    assert "Đã giao 3 nhiệm vụ." in answer.text
    with tenant_scope(province):
        tasks = Task.objects.order_by("pk")
        assert [task.lead_id for task in tasks] == [
            town.agency.pk, town.commune.pk, town.agency.pk
        ]  # fmt: skip
        assert [task.follower_id for task in tasks] == [None] * 3
        helpers = {each.unit_id for each in tasks[1].cooperators.all()}
        assert town.other_agency.pk in helpers
        assert town.agency.pk not in helpers
    again = client.post(GIVE, typed(office, **second))
    assert again.status_code == 422
    with tenant_scope(province):
        assert Task.objects.count() == 3


def test_a_task_is_played_through_its_pages(client, province, office):
    """Accepted by the leader, worked on from a phone, reported, confirmed."""
    town = office.town
    with tenant_scope(province):
        task = given(office)
    client.sign_in(town.leader)
    assert "Tiếp nhận nhiệm vụ" in client.get(page_of(task)).text
    client.post(page_of(task, "tiep-nhan"), {"person": town.officer.pk})
    client.sign_in(town.officer)
    photo = SimpleUploadedFile("hien-truong.png", corpus.image(), "image/png")
    told = {"words": "Đã kiểm tra", "percent": "50", "obstacles": "Thiếu người", "papers": photo}
    answer = client.post(page_of(task, "tien-do"), told, follow=True)
    assert "hien-truong.png" in answer.text
    assert "Thiếu người" in answer.text
    paper = SimpleUploadedFile("bao-cao.pdf", corpus.pdf(), "application/pdf")
    result = {
        "reference": "15/BC-SNNMT", "document_on": f"{TODAY():%d/%m/%Y}", "words": "Xong",
        "papers": paper,
    }  # fmt: skip
    early = client.post(page_of(task, "ket-qua"), result | {"document_on": "01/01/2020"})
    assert early.status_code == 422
    assert "bao-cao.pdf" in early.text  # what was uploaded stays
    paper.seek(0)
    assert client.post(page_of(task, "ket-qua"), result).status_code == 302
    file = client.get(reverse("directives:task_file", args=[task.pk, 2]))
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert client.post(page_of(task, "xac-nhan"), {"quality": "meets"}).status_code == 409
    client.sign_in(office.follower)
    done = client.post(page_of(task, "xac-nhan"), {"quality": "exceeds"}, follow=True)
    assert "Sớm hạn" in done.text
    assert "Vượt yêu cầu" in done.text


def test_more_time_and_parts_have_pages_too(client, province, office):
    town = office.town
    with tenant_scope(province):
        task = accepted(office)
    client.sign_in(town.officer)
    wanted = {"wanted_on": f"{task.due_on + DAY:%d/%m/%Y}", "reason": "Khối lượng lớn"}
    client.post(page_of(task, "xin-gia-han"), wanted)
    assert "dong-y-gia-han" not in client.get(page_of(task)).text
    client.sign_in(office.chairman)
    assert "Khối lượng lớn" in client.get(page_of(task)).text
    client.post(page_of(task, "dong-y-gia-han"), {"granted_on": wanted["wanted_on"]})
    client.sign_in(town.leader)
    parts = reverse("directives:task_pass_on", args=[task.pk])
    part = {
        "viec-TOTAL_FORMS": "6", "viec-INITIAL_FORMS": "0", "viec-0-content": "Phần đất đai",
        "viec-0-lead": town.division.pk, "viec-0-due_on": f"{task.due_on + 9 * DAY:%d/%m/%Y}",
        "form_token": "p" * 32,
    }  # fmt: skip
    late = client.post(parts, part)
    assert (late.status_code, "Nhiệm vụ gốc" in late.text) == (422, True)
    shown = client.post(parts, part | {"viec-0-due_on": wanted["wanted_on"]}, follow=True).text
    assert "Phần đất đai" in shown
    assert "Thời hạn qua các lần điều chỉnh" in shown
    client.sign_in(town.officer)
    assert client.get(parts).status_code == 403


@pytest.fixture
def every_label(province, office):
    """Tasks of all standings, due on days around today."""
    with tenant_scope(province):
        tasks = [given(office, due_on=TODAY() + n * DAY) for n in (0, 1, 3, 9, 40)]
        tasks += [given(office, due_on=None), accepted(office), reported(office, due_on=None)]
        tasks += [reported(office, TODAY() - DAY), reported(office, TODAY() - 3 * DAY)]
        for done_on in (0, 1, 2, 3):
            tasks.append(reported(office, TODAY() - done_on * DAY))
        closed = tasks[-4:]
        Task.objects.filter(pk__in=[each.pk for each in tasks[-6:]]).update(
            due_on=TODAY() - 2 * DAY
        )
        for each in (*closed, tasks[7]):
            due_on = None if each is tasks[7] else TODAY() - 2 * DAY
            each.due_dates.model.objects.create(
                task=each, kind="moved", due_on=due_on, from_on=TODAY() - 9 * DAY,
                at=each.given_at, by=office.chairman,
            )  # fmt: skip
            judging.confirm(each.pk, actor=office.follower)
        late = given(office)
        Task.objects.filter(pk__in=[late.pk]).update(due_on=TODAY() - DAY)
        handling.return_wrong(given(office).pk, actor=office.town.leader, reason="Sai")
        Task.objects.filter(status="returned").update(due_on=TODAY() - DAY)
        steering.suspend(given(office).pk, actor=office.chairman, reason="Chờ")
        steering.withdraw(given(office).pk, actor=office.chairman, reason="Thôi")
        return list(Task.objects.order_by("pk"))


def test_a_list_and_a_row_call_a_task_by_the_same_label(province, office, every_label):
    with tenant_scope(province):
        near = near_until(TODAY())
        told = {task.pk: label_of(task.standing, TODAY(), near) for task in every_label}
        assert set(told.values()) == set(Label)
        for label in Label:
            found = lists.with_label(Task.objects.all(), label, TODAY())
            assert {task.pk for task in found} == {pk for pk in told if told[pk] == label}, label


def test_lists_cost_the_same_for_many_tasks(client, province, office, every_label):
    town = office.town
    client.sign_in(town.leader)
    client.get(LIST)
    with CaptureQueriesContext(connection) as many:
        answer = client.get(f"{LIST}?xem=don-vi")
    assert answer.text.count("<tr>") > 10
    with tenant_scope(province):
        Task.objects.exclude(pk=every_label[0].pk).update(lead=town.commune)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        assert client.get(f"{LIST}?xem=don-vi").text.count("<tr>") == 2
    assert len(many) == len(few)
    assert "Quá hạn" in client.get(f"{LIST}?xem=tat-ca&nhan=overdue").text
    found = client.get(f"{LIST}?q=ra+soat").text
    assert "Báo cáo kết quả rà soát" in found
    assert client.get(f"{LIST}?nhan=khong-co&xem=khong-co").status_code == 200


def test_a_list_shows_what_is_open(client, province, office, every_label):
    with tenant_scope(province):
        for people in ({"person": office.town.officer}, {"follower": office.follower}):
            Task.objects.filter(status__in=OPEN).update(**people)
        found = lists.rows(lists.of_units(office.town.leader).open()).order_by(*lists.ORDER)
        shown = [row["status"] for row in found]
    client.sign_in(office.town.leader)
    text = client.get(f"{LIST}?xem=don-vi").text
    assert shown
    assert text.count("<tr>") - 1 == len(shown)  # with the head


def test_everybody_sees_what_concerns_him_and_nothing_else(province, office):
    town = office.town
    with tenant_scope(province):
        task = given(office, cooperate=(town.other_agency.pk,))
        own = wish(office, lead_id=town.commune.pk)
        elsewhere = given(office, lead_id=own.lead_id)
        named = accepted(office)

        def seen(person):
            return set(Task.objects.visible_to(person, "view_tasks").values_list("pk", flat=True))

        assert seen(town.leader) == {task.pk, named.pk}
        assert seen(town.outsider) == {task.pk}  # helps
        assert seen(town.officer) == {named.pk}  # answers for it
        assert seen(town.head) == set()  # the agency has given him nothing
        assert seen(town.overseer) == {task.pk, elsewhere.pk, named.pk}


def test_the_desk_holds_what_needs_each_person_today(client, province, office):
    town = office.town
    with tenant_scope(province):
        fresh, wish_for_time, done = given(office), accepted(office), reported(office)
        back = given(office)
        handling.return_wrong(back.pk, actor=town.leader, reason="Không đúng thẩm quyền")
        later = wish_for_time.due_on + DAY
        extending.ask(wish_for_time.pk, actor=town.officer, wanted_on=later, reason="Khó")

        def heaps(person):
            found = queues(person, TODAY())
            return {name: [task.pk for task in rows] for name, rows in found.items() if rows}

        assert heaps(town.leader) == {"accept": [fresh.pk]}
        assert heaps(town.officer) == {"hand": [wish_for_time.pk]}
        giving_side = {"confirm": [done.pk], "again": [back.pk]}
        assert heaps(office.follower) == giving_side
        assert heaps(office.chairman) == giving_side | {"decide": [wish_for_time.pk]}
        assert heaps(town.overseer) == {}
    client.sign_in(office.chairman)
    shown = client.get(DESK).text
    assert page_of(wish_for_time) in shown
    assert "Nhiệm vụ chờ tôi" in shown
    assert f"{DESK}#decide" in client.get("/viec/").text


def test_the_words_of_a_label_are_the_provinces_own(client, province, office):
    with tenant_scope(province):
        RuleSet.objects.create(
            kind="directives", valid_from=TODAY(), values={"label_in_time": "Còn thời hạn"},
            source="thử",
        )  # fmt: skip
        task = given(office)
    client.sign_in(office.town.leader)
    assert "Còn thời hạn" in client.get(page_of(task)).text
    assert "Còn thời hạn" in client.get(LIST).text


def test_news_reach_who_has_to_act_and_not_who_acted(province, office):
    town = office.town
    with tenant_scope(province):
        task = given(office, cooperate=(town.other_agency.pk,))
        handling.accept(task.pk, actor=town.leader, person_id=town.officer.pk)
        handling.report_progress(task.pk, actor=town.officer, words="Vướng", obstacles="Thiếu")
        report(task.pk, town.officer)
        judging.send_back(task.pk, actor=office.chairman, words="Thiếu số liệu")
        events = {each.action: each for each in OutboxEvent.objects.order_by("pk")}

        def told(handler, action):
            Notification.objects.all().delete()
            handler(events[action])
            return set(Notification.objects.values_list("user", flat=True))

        Task.objects.filter(pk=task.pk).update(person=None)
        assert told(tell, "task.given") == {town.leader.pk, town.outsider.pk}
        Task.objects.filter(pk=task.pk).update(person=town.officer)
        assert told(tell, "task.sent_back") == {town.officer.pk}
        watchers = {office.chairman.pk, office.follower.pk}
        assert told(tell, "task.reported") == watchers
        assert told(tell_stuck, "task.progress") == watchers
        Task.objects.filter(pk=task.pk).update(follower=office.follower)
        assert told(tell, "task.reported") == {office.follower.pk}


def test_one_directive_to_many_units_costs_the_same_and_tells_each_once(client, province, office):
    """A tick for all communes of today, in as many statements as for two."""
    town = office.town
    with tenant_scope(province):
        few = giving.give(
            source(office), [wish(office, also=(town.commune.pk,))], actor=office.follower,
            unit_id=office.root.pk,
        )  # fmt: skip
        many = [make_unit(f"H32.7.{n}", UnitKind.COMMUNE, parent=office.root).pk for n in range(6)]
    client.sign_in(office.follower)
    client.get(GIVE)
    one = typed(office, **{"viec-0-also": ["*commune"], "viec-0-field": "Nội chính"})
    with CaptureQueriesContext(connection) as cost:
        assert client.post(GIVE, one).status_code == 302
    with tenant_scope(province):
        tasks = Task.objects.exclude(pk__in=[each.pk for each in few]).order_by("pk")
        assert {each.lead_id for each in tasks} == {town.agency.pk, town.commune.pk, *many}
        assert {each.field for each in tasks} == {"Nội chính"}
        for event in OutboxEvent.objects.filter(action="task.given").order_by("pk"):
            tell(event)
            tell(event)  # the outbox may deliver twice
        told = list(Notification.objects.order_by("user").values_list("user", flat=True))
        assert told == sorted([town.leader.pk] * 2)  # once for each task; communes have nobody
        Unit.objects.filter(pk__in=many).update(valid_to=TODAY() - DAY)
    again = one | {"form_token": "u" * 32}
    with CaptureQueriesContext(connection) as cheap:
        assert client.post(GIVE, again).status_code == 302
    assert len(cost) <= len(cheap) + 1  # six units more; what a process keeps may be read anew
    assert "Nội chính" in client.get(f"{LIST}?xem=tat-ca&linh-vuc=Nội+chính").text
    assert client.get(f"{LIST}?xem=tat-ca&linh-vuc=Tổng+hợp").text.count("<tr>") == 0
