"""In whose name one gives, whose business a task inside an agency is, and who hears of it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import OutboxEvent
from common.errors import DomainError
from directives.consumers import tell
from directives.consumers_reminders import tell_reminded
from directives.forms.giving import SourceForm
from directives.models import Task
from directives.queries.detail import TaskPage
from directives.queries.lists import SEES, to_decide
from directives.services import extending, giving, handling, judging, steering
from directives.services.ground import deciding_right, lead_right
from directives.services.reminders import remind_due
from directives.states import Origin
from notifications.models import Notification
from organizations import access
from organizations.models import Absence, Delegation
from tests.directives.office import DAY, TODAY, accepted, report, source, wish
from tests.people import make_person

pytestmark = pytest.mark.usefixtures("scope")


def lend(giver, receiver, unit, role):
    Delegation.objects.create(
        giver=giver, receiver=receiver, unit=unit, role=role, reason="sudden", note="x",
        valid_from=TODAY() - DAY, valid_to=TODAY() + DAY,
    )  # fmt: skip
    access.recompile([receiver.pk])


def own_task(office, **changes):
    """The agency keeps what its own leader ordered."""
    town = office.town
    order = source(office, giver_id=town.leader.pk, origin=Origin.ORAL, reference="")
    mine = wish(office, **{"lead_id": town.agency.pk, **changes})
    return giving.give(order, [mine], actor=town.leader, unit_id=town.agency.pk)[0]


def told_by(handler, event):
    Notification.objects.all().delete()
    handler(event)
    return set(Notification.objects.values_list("user", flat=True))


def test_nobody_gives_in_the_name_of_a_leader_who_has_not_let_him(office):
    town = office.town
    deputy = make_person("leader", town.agency, title="Phó Giám đốc")
    aide = make_person("task_follower", town.agency, title="Chánh Văn phòng")
    part = [wish(office, lead_id=town.division.pk)]

    def give(actor, giver):
        order = source(office, giver_id=giver.pk, origin=Origin.ORAL, reference="")
        return giving.give(order, part, actor=actor, unit_id=town.agency.pk)[0].giver

    def offered(actor):
        form = SourceForm(unit=town.agency, user=actor)
        return {pk for pk, _name in form.fields["giver"].choices if pk}

    with pytest.raises(DomainError, match="gives no tasks"):  # he leads what is above it
        give(town.leader, office.chairman)
    with pytest.raises(DomainError, match="own name"):
        give(deputy, town.leader)
    with pytest.raises(PermissionDenied):  # follows above it
        give(office.follower, town.leader)
    assert (give(deputy, deputy), give(aide, town.leader)) == (deputy, town.leader)
    assert offered(deputy) == {deputy.pk}
    assert offered(aide) == {deputy.pk, town.leader.pk}
    lend(town.leader, deputy, town.agency, "leader")
    assert give(deputy, town.leader) == town.leader
    assert offered(deputy) == {deputy.pk, town.leader.pk}


def test_what_an_agency_gives_to_itself_is_no_business_of_the_province(office):
    town, task = office.town, own_task(office)
    handling.accept(task.pk, actor=town.leader, person_id=town.officer.pk)
    (part,) = giving.pass_on(task.pk, [wish(office, lead_id=town.division.pk)], actor=town.leader)
    handling.accept(part.pk, actor=town.head, person_id=town.officer.pk)
    report(part.pk, town.officer)
    reported = OutboxEvent.objects.get(action="task.reported")
    assert told_by(tell, reported) == {town.leader.pk}
    for act in (
        lambda: judging.confirm(part.pk, actor=office.follower),
        lambda: steering.withdraw(task.pk, actor=office.follower, reason="Không cần"),
        lambda: report(task.pk, office.chairman),
    ):
        with pytest.raises(PermissionDenied):
            act()
    page = TaskPage(Task.objects.get(pk=task.pk), office.chairman)
    assert (page.is_lead, page.directs_lead) == (False, False)
    given = TaskPage(Task.objects.get(pk=own_task(office).pk), town.leader)
    assert given.directs_lead


def test_nobody_above_an_agency_hears_that_its_own_task_is_overdue(office):
    town, task = office.town, own_task(office)
    handling.accept(task.pk, actor=town.leader, person_id=town.officer.pk)
    long_ago = timezone.now() - dt.timedelta(days=60)
    Task.objects.filter(pk=task.pk).update(due_on=long_ago.date(), given_on=long_ago.date())
    day = timezone.now()
    while not remind_due(day):  # the next working day
        day += DAY
    events = OutboxEvent.objects.filter(action="task.reminded", data__occasion="escalated")
    assert told_by(tell_reminded, events.get()) == {town.leader.pk}


def test_what_concerned_people_who_left_reaches_who_took_over(office):
    """News go to the unit, the wish for more time to the desk of another leader."""
    town, deputy = office.town, make_person("province_leader", office.root, title="Phó Chủ tịch")
    task = accepted(office)
    Task.objects.filter(pk=task.pk).update(follower=office.follower)
    extending.ask(task.pk, actor=town.officer, wanted_on=task.due_on + DAY, reason="Khó")
    events = {each.action: each for each in OutboxEvent.objects.order_by("pk")}
    asked, fresh = events["task.extension_asked"], events["task.given"]

    assert told_by(tell, asked) == {office.chairman.pk}
    assert not to_decide(deputy).exists()
    for person in (office.chairman, office.follower, town.officer):
        person.is_active = False
        person.save(update_fields=["is_active"])
    access.recompile([office.chairman.pk, office.follower.pk, town.officer.pk])
    assert told_by(tell, asked) == {deputy.pk}
    assert to_decide(deputy).get() == task
    assert town.leader.pk in told_by(tell, fresh)
    report(task.pk, town.leader)
    assert told_by(tell, OutboxEvent.objects.get(action="task.reported")) == {deputy.pk}


def test_who_stands_in_sees_and_does_what_he_is_told_of(office):
    """Of the official who answers for it, and of the chairman who is on leave."""
    town, task = office.town, accepted(office)
    colleague = make_person("official", town.division)
    deputy = make_person("province_leader", office.root, title="Phó Chủ tịch")
    asked = extending.ask(task.pk, actor=town.officer, wanted_on=task.due_on + DAY, reason="Khó")
    seen = Task.objects.visible_to(make_person("official", town.second_division), SEES)
    Task.objects.filter(pk=task.pk).update(lead=town.agency)
    assert not seen.exists()

    def tried():
        return (
            Task.objects.visible_to(colleague, SEES).exists(),
            lead_right(task, colleague) is not None,
            deciding_right(task, deputy) is not None,
            to_decide(deputy).exists(),
        )

    assert tried() == (False, False, False, False)
    for absent, substitute in ((town.officer, colleague), (office.chairman, deputy)):
        Absence.objects.create(
            user=absent, substitute=substitute, valid_from=TODAY(), valid_to=TODAY(),
            reason="leave", recorded_by=town.agency_admin,
        )  # fmt: skip
    assert tried() == (True, True, True, True)
    assert not seen.exists()
    extending.grant(asked.pk, actor=deputy)
    report(task.pk, colleague)
