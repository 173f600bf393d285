"""One directive to very many units: the same number of statements, and everybody is told once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.delivery import run_handlers
from audit.models import OutboxEvent
from directives.models import DueDate, Task
from directives.services import giving, steering
from notifications.models import EmailMessage, Kind, MailChoice, Notification
from tests.directives.office import source, wish
from tests.people import make_person, make_unit

pytestmark = pytest.mark.usefixtures("scope")
FEW, MANY = 3, 30


@pytest.fixture
def leaders(office):
    """Of thirty agencies, each with one, who wants mail, too: by the key of the unit."""
    units = [make_unit(f"H32.8.{number}", parent=office.root) for number in range(MANY)]
    found = {unit.pk: make_person("leader", unit).pk for unit in units}
    MailChoice.objects.bulk_create(
        MailChoice(user_id=pk, kind=kind) for pk in found.values() for kind in Kind.values
    )
    return found


def cost_of(act):
    with CaptureQueriesContext(connection) as asked:
        found = act()
    return len(asked), found


def tell_all():
    """As a worker does, and twice: the outbox may deliver again. The costs of each news."""
    events = list(OutboxEvent.objects.order_by("pk"))
    for each in events:
        assert run_handlers(each).failed == []
    costs = [cost_of(lambda each=each: run_handlers(each))[0] for each in events]
    told = list(Notification.objects.order_by("user").values_list("user", flat=True))
    by_mail = set(MailChoice.objects.values_list("user", flat=True)) & set(told)
    assert EmailMessage.objects.count() == sum(each in by_mail for each in told)
    for model in (OutboxEvent, Notification, EmailMessage):
        model.objects.all().delete()
    return costs, told


def test_a_task_for_each_of_many_units_is_given_and_told_at_the_same_cost(office, leaders):
    to_give = {"actor": office.follower, "unit_id": office.root.pk}
    giving.give(source(office), [wish(office)], **to_give)  # rules and rights are read
    tell_all()
    found = {}
    for count in (FEW, MANY):
        lead, *also = list(leaders)[:count]
        wanted = [wish(office, lead_id=lead, also=tuple(also))]
        cost, tasks = cost_of(lambda wanted=wanted: giving.give(source(office), wanted, **to_give))
        assert len(tasks) == DueDate.objects.filter(task__in=tasks).count() == count
        costs, told = tell_all()
        assert told == sorted(list(leaders.values())[:count])
        assert len(costs) == count
        found[count] = {cost}, set(costs)
    assert found[FEW] == found[MANY]
    assert len(found[MANY][1]) == 1  # nor does one news cost more than another


def test_a_task_with_which_many_units_help_is_told_at_the_same_cost(office, leaders):
    to_give = {"actor": office.follower, "unit_id": office.root.pk}
    found = {}
    for count in (FEW, MANY):
        helps = tuple(leaders)[:count]
        given = giving.give(source(office), [wish(office, cooperate=helps)], **to_give)
        tell_all()
        steering.withdraw(given[0].pk, actor=office.chairman, reason="Không cần nữa")
        costs, told = tell_all()
        assert told == sorted([office.town.leader.pk, *list(leaders.values())[:count]])
        found[count] = costs
    assert found[FEW] == found[MANY]
    assert Task.objects.count() == 2
