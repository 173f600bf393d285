"""Who follows a task and which units help it is said anew while it goes on."""

import re

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import OutboxEvent
from common.errors import AlreadyDone, DomainError
from directives.consumers import tell_adjusted
from directives.consumers_reminders import tell_reminded
from directives.models import Cooperator, Task
from directives.queries import lists
from directives.services import adjusting
from notifications.models import Notification
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, TODAY, accepted
from tests.directives.test_pages import page_of
from tests.directives.test_reminders import run, working_day
from tests.people import make_person


def test_the_giver_names_another_follower_and_other_helpers(client, province, office):
    town, root = office.town, office.root
    with tenant_scope(province):
        task = accepted(office, follower_id=office.follower.pk, cooperate=(town.other_agency.pk,))
        aide = make_person("task_follower", root, full_name="Lê Văn Mới")
        deputy = make_person("province_leader", root, title="Phó Chủ tịch")
    act = page_of(task, "dieu-chinh")
    sent = {"leader": deputy.pk, "follower": aide.pk, "cooperate": [town.commune.pk]}
    client.sign_in(town.leader)
    assert client.post(act, sent).status_code == 409  # is not offered to the lead
    client.sign_in(office.chairman)
    assert act in client.get(page_of(task)).text
    assert client.post(act, {**sent, "cooperate": [town.agency.pk]}).status_code == 422  # leads
    shown = client.post(act, sent, follow=True).text
    assert f"{office.follower.full_name} → Lê Văn Mới" in shown
    assert f"{town.other_agency.name} → {town.commune.name}" in shown
    assert client.post(act, sent).status_code == 422  # nothing differs
    with tenant_scope(province):
        assert Cooperator.objects.get(task=task).unit == town.commune
        assert lists.mine(aide).get() == task
        Notification.objects.all().delete()
        tell_adjusted(OutboxEvent.objects.get(action="task.adjusted"))
        told = dict(Notification.objects.values_list("user", "url"))
    assert told[aide.pk] == page_of(task)
    assert told[town.outsider.pk] == "/nhiem-vu/"  # sees it no more
    assert office.chairman.pk not in told


def test_what_a_colleague_changed_meanwhile_is_read_first(client, province, office):
    """An older page shows no helper: who names a follower on it sends none away."""
    town = office.town
    with tenant_scope(province):
        task = accepted(office)
    client.sign_in(office.follower)
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(page_of(task)).text)[1]
    with tenant_scope(province):
        adjusting.adjust(
            task.pk, actor=office.chairman, leader_id=None, follower_id=None,
            cooperate=[town.other_agency.pk],
        )  # fmt: skip
    sent = {"follower": office.follower.pk, "seen": seen}
    refused = client.post(page_of(task, "dieu-chinh"), sent)
    assert refused.status_code == 422
    assert "vừa được thay đổi" in refused.text
    now = re.search(r'name="seen" value="([^"]*)"', refused.text)[1]
    sent = {**sent, "cooperate": [town.other_agency.pk], "seen": now}
    assert client.post(page_of(task, "dieu-chinh"), sent).status_code == 302
    with tenant_scope(province):
        assert Cooperator.objects.get(task=task).unit == town.other_agency
        assert Task.objects.get(pk=task.pk).follower == office.follower


@pytest.mark.usefixtures("scope")
def test_only_people_of_the_giving_unit_are_named(office):
    town, task = office.town, accepted(office)
    known = {"leader_id": None, "follower_id": None, "cooperate": ()}
    with pytest.raises(PermissionDenied):
        adjusting.adjust(task.pk, actor=town.leader, **known)
    for wrong in ({"leader_id": town.leader.pk}, {"follower_id": office.chairman.pk}):
        with pytest.raises(DomainError, match="does not do that"):
            adjusting.adjust(task.pk, actor=office.follower, **{**known, **wrong})
    leads = {**known, "cooperate": [town.agency.pk]}
    with pytest.raises(DomainError, match="leads"):
        adjusting.adjust(task.pk, actor=office.follower, **leads)
    with pytest.raises(AlreadyDone):
        adjusting.adjust(task.pk, actor=office.follower, **known)


@pytest.mark.usefixtures("scope")
def test_the_leader_in_charge_hears_of_what_stays_overdue(office):
    deputy = make_person("province_leader", office.root, title="Phó Chủ tịch")
    task = accepted(office, leader_id=deputy.pk, follower_id=office.follower.pk)
    long_ago = TODAY() - 60 * DAY
    Task.objects.filter(pk=task.pk).update(due_on=long_ago, given_on=long_ago)
    assert run(working_day(0))
    Notification.objects.all().delete()
    tell_reminded(OutboxEvent.objects.get(action="task.reminded", data__occasion="escalated"))
    told = set(Notification.objects.values_list("user", flat=True))
    assert {deputy.pk, office.follower.pk} <= told
    assert office.chairman.pk not in told
