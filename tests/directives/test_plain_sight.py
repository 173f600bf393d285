"""What an official sees without looking for it: his part in a task, the result that he judges, what
happened, and whom a head may name."""

import pytest

from audit.models import OutboxEvent
from directives.consumers import tell, tell_handed_over
from directives.models import Task
from directives.queries.desk import queues
from directives.queries.detail import TaskPage
from directives.services import extending, giving, handling, judging, steering, successions
from notifications.models import Notification
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, LATER, TODAY, accepted, given, report, reported, wish
from tests.directives.test_pages import DESK, GIVE, LIST, page_of, typed

in_scope = pytest.mark.usefixtures("scope")


def test_who_helps_with_a_task_has_it_on_his_desk_and_is_told_so(client, province, office):
    town = office.town
    with tenant_scope(province):
        task = given(office, cooperate=(town.other_agency.pk,), content="Rà soát rừng phòng hộ")
        assert not queues(town.outsider, TODAY())["help"].exists()  # the lead has not begun
        handling.accept(task.pk, actor=town.leader)
        assert [each.pk for each in queues(town.outsider, TODAY())["help"]] == [task.pk]
        assert not queues(town.leader, TODAY())["help"].exists()
        event = OutboxEvent.objects.get(action="task.given")
        for _again in range(2):  # the outbox may deliver twice
            tell(event)
        told = dict(Notification.objects.values_list("user", "text"))
    assert told[town.outsider.pk] == "Phối hợp thực hiện nhiệm vụ: Rà soát rừng phòng hộ"
    assert told[town.leader.pk] == "Nhiệm vụ mới: Rà soát rừng phòng hộ"
    assert len(told) == 2
    client.sign_in(town.outsider)
    desk = client.get(DESK).text
    assert page_of(task) in desk
    assert desk.count("<section") == 1  # what is empty has no heading of its own
    assert f"{DESK}#help" in client.get("/viec/").text


def test_who_confirms_reads_the_result_beside_his_buttons(client, province, office):
    with tenant_scope(province):
        task = reported(office)
    client.sign_in(office.follower)
    act = client.get(page_of(task)).text.partition('id="xac-nhan"')[2].partition("</section>")[0]
    assert f"15/BC-SNNMT, {TODAY():%d/%m/%Y}: Đã rà soát xong" in act


@in_scope
def test_the_story_tells_days_and_no_agency_where_none_was_meant(office):
    task, town = accepted(office), office.town
    wanted = task.due_on + 9 * DAY
    wish_for_time = extending.ask(task.pk, actor=town.officer, wanted_on=wanted, reason="Khó")
    extending.grant(wish_for_time.pk, actor=office.chairman, granted_on=task.due_on + DAY)
    report(task.pk, town.officer)
    judging.confirm(task.pk, actor=office.follower)
    events = TaskPage(Task.objects.get(pk=task.pk), office.follower).context()["events"]
    told = {str(each["words"]): each["detail"] for each in events}
    assert told == {
        "Gave the task": town.agency.name,
        "Accepted it": town.officer.full_name,
        "Asked for more time": f"{wanted:%d/%m/%Y}: Khó",
        "Granted more time": f"{task.due_on + DAY:%d/%m/%Y}",
        "Reported the result": "Đã rà soát xong",
        "Confirmed the result": f"{TODAY():%d/%m/%Y}",
    }


@in_scope
def test_the_name_of_a_task_ends_with_a_word():
    duty = "Kiểm tra, đánh giá việc giải quyết TTHC của cán bộ và báo cáo UBND tỉnh"
    assert str(Task(content=duty)) == "Kiểm tra, đánh giá việc giải quyết TTHC của cán bộ và báo…"
    assert str(Task(content="Báo cáo\nngay")) == "Báo cáo ngay"


def test_the_first_list_is_one_with_something_in_it(client, province, office):
    with tenant_scope(province):
        task = given(office)
    client.sign_in(office.chairman)  # neither answers for a task nor follows one
    assert page_of(task) in client.get(LIST).text
    assert page_of(task) not in client.get(f"{LIST}?xem=cua-toi").text
    assert "Của đơn vị" not in client.get(LIST).text  # all of the province are "all"


@in_scope
def test_a_task_that_was_given_again_says_to_whom(office):
    task, town = given(office), office.town
    handling.return_wrong(task.pk, actor=town.leader, reason="Không đúng thẩm quyền")
    steering.give_again(
        task.pk, actor=office.follower, lead_id=town.commune.pk, due_on=task.due_on, words="Gấp"
    )
    events = TaskPage(Task.objects.get(pk=task.pk), office.follower).context()["events"]
    assert events[0]["detail"] == f"{town.commune.name}: Gấp"


def test_a_head_gives_his_own_task_to_an_official_by_name(client, province, office):
    town = office.town
    client.sign_in(town.leader)
    assert "viec-0-person" in client.get(GIVE).text
    own = {"giver": town.leader.pk, "viec-0-lead": town.division.pk}
    sent = typed(office, **own, **{"viec-0-person": town.officer.pk})
    assert client.post(GIVE, sent).status_code == 302
    with tenant_scope(province):
        made = Task.objects.get()
        assert (made.unit_id, made.person_id) == (town.agency.pk, town.officer.pk)
    client.sign_in(office.follower)  # the province gives to agencies
    assert "viec-0-person" not in client.get(GIVE).text


def test_a_head_gives_parts_to_his_officials_by_name(client, province, office):
    town = office.town
    with tenant_scope(province):
        task = accepted(office)
    client.sign_in(town.leader)
    page = f"{page_of(task)}giao-tiep/"
    part = {
        "form_token": "p" * 32, "viec-TOTAL_FORMS": "1", "viec-INITIAL_FORMS": "0",
        "viec-0-content": "Tổng hợp số liệu", "viec-0-lead": town.second_division.pk,
        "viec-0-due_on": f"{TODAY() + LATER:%d/%m/%Y}", "viec-0-person": town.officer.pk,
    }  # fmt: skip
    wrong = client.post(page, part)  # he works in the first division
    assert wrong.status_code == 422
    assert town.officer.full_name in wrong.text
    answer = client.post(page, part | {"viec-0-lead": town.division.pk})
    assert answer.status_code == 302
    with tenant_scope(province):
        made = Task.objects.get(parent=task)
        assert (made.lead_id, made.person_id) == (town.division.pk, town.officer.pk)
        tell(OutboxEvent.objects.filter(action="task.given").latest("pk"))
        assert [each.user for each in Notification.objects.all()] == [town.officer]
        handling.accept(made.pk, actor=town.officer)
        assert giving.pass_on(task.pk, [wish(office, lead_id=town.division.pk)], actor=town.leader)


@in_scope
def test_a_successor_hears_once_what_it_took_over(office):
    town = office.town
    given(office), accepted(office), given(office, lead_id=town.commune.pk)
    successions.hand_over(town.agency, town.other_agency, office.chairman)
    for event in OutboxEvent.objects.filter(action="task.handed_over").order_by("pk"):
        tell_handed_over(event)
        tell_handed_over(event)  # the outbox may deliver twice
    notice = Notification.objects.get()
    assert (notice.user, notice.url) == (town.outsider, f"{LIST}?xem=don-vi")
    assert notice.text == f"2 nhiệm vụ của {town.agency.name} chuyển cho đơn vị tiếp tục thực hiện"
