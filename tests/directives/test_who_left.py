"""What becomes of a task when one of its people goes elsewhere or is away."""

import pytest

from audit.models import OutboxEvent
from common.errors import DomainError
from directives.consumers_talk import tell_answered, tell_urged
from directives.models import Task
from directives.queries import lists
from directives.queries.desk import queues
from directives.services import extending, handling, urging
from notifications.models import Notification
from organizations import access
from organizations.absences import possible_substitutes
from organizations.models import Absence, Position
from organizations.services.absences import record_absence
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, TODAY, accepted
from tests.directives.test_pages import LIST, page_of
from tests.people import give_role, make_person

in_scope = pytest.mark.usefixtures("scope")


def move(person, role, unit):
    Position.objects.filter(user=person).update(valid_to=TODAY() - DAY)
    give_role(person, role, unit)


def told(handler, action):
    Notification.objects.all().delete()
    handler(OutboxEvent.objects.get(action=action))
    return set(Notification.objects.values_list("user", flat=True))


def test_who_moved_to_another_agency_reads_and_hears_no_more_of_the_old_one(
    client, province, office
):
    town, officer = office.town, office.town.officer
    with tenant_scope(province):
        task = accepted(office)
        asked = urging.urge(task.pk, actor=office.follower, words="Nhanh", answer_until=TODAY())
        assert officer.pk in told(tell_urged, "task.urged")
        move(officer, "official", town.commune)
        move(office.follower, "official", town.commune)
        handling.report_progress(task.pk, actor=town.leader, words="Nội bộ")
        assert officer.pk not in told(tell_urged, "task.urged")
        urging.answer(asked.pk, actor=town.leader, words="Đang làm")
        assert office.follower.pk not in told(tell_answered, "task.urging_answered")
        Task.objects.update(follower=office.follower)
    for person in (officer, office.follower):
        client.sign_in(person)
        assert client.get(page_of(task)).status_code == 404
        for view in (lists.MINE, lists.GIVEN, lists.ALL):
            assert task.content not in client.get(LIST, {"xem": view}).text
        with tenant_scope(province):
            assert not any(found.exists() for found in queues(person, TODAY()).values())


@in_scope
def test_who_moved_inside_the_agency_keeps_his_task(office):
    town, task = office.town, accepted(office)
    move(town.officer, "official", town.second_division)
    assert lists.seen(town.officer).get() == task
    assert lists.in_hand(town.officer).get() == task


@in_scope
def test_who_stands_in_finds_on_his_desk_what_he_is_told_of(office):
    """Of who answers for a task, and of who follows it."""
    town, task = office.town, accepted(office)
    colleague = make_person("official", town.division)
    aide = make_person("task_follower", office.root)
    urging.urge(task.pk, actor=office.follower, words="Nhanh", answer_until=TODAY())
    Task.objects.update(follower=office.follower, given_on=TODAY() - 2 * DAY, due_on=TODAY() - DAY)

    def heaps(person):
        return {name for name, found in queues(person, TODAY()).items() if found.exists()}

    assert (heaps(colleague), heaps(aide)) == (set(), set())
    for absent, substitute in ((town.officer, colleague), (office.follower, aide)):
        Absence.objects.create(
            user=absent, substitute=substitute, valid_from=TODAY(), valid_to=TODAY(),
            reason="leave", recorded_by=town.agency_admin,
        )  # fmt: skip
    assert heaps(colleague) == {"answer", "late", "hand"}
    assert lists.mine(colleague).get() == task
    handling.report_result(
        task.pk, actor=colleague, reference="1/BC", document_on=TODAY(), words="Xong"
    )
    assert heaps(aide) == {"confirm"}


@in_scope
def test_a_leader_of_the_province_names_another_one_to_stand_in(office):
    """Nobody of the agencies; of his own page the deputy decides on more time."""
    town, root = office.town, office.root
    deputy = make_person("province_leader", root, title="Phó Chủ tịch")
    task = accepted(office)
    extending.ask(task.pk, actor=town.officer, wanted_on=task.due_on + DAY, reason="Khó")
    away = {"actor": office.chairman, "valid_from": TODAY(), "valid_to": TODAY(), "reason": "leave"}
    with pytest.raises(DomainError, match="same agency"):
        record_absence(office.chairman.pk, substitute_id=town.leader.pk, **away)
    record_absence(office.chairman.pk, substitute_id=deputy.pk, **away)
    assert lists.to_decide(deputy).get() == task
    assert office.chairman not in possible_substitutes(town.officer)


@in_scope
def test_what_somebody_follows_who_left_waits_for_his_colleagues(office):
    """Not for those who follow other tasks, while he is there."""
    town = office.town
    task = accepted(office, follower_id=office.follower.pk)
    aide = make_person("task_follower", office.root)
    handling.report_result(
        task.pk, actor=town.officer, reference="1/BC", document_on=TODAY(), words="Xong"
    )
    assert not lists.to_confirm(aide).exists()
    office.follower.is_active = False
    office.follower.save(update_fields=["is_active"])
    access.recompile([office.follower.pk])
    assert lists.to_confirm(aide).get() == task
