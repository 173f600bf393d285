"""Lists of open tasks are read in order from an index, however many were given before."""

from copy import copy

import pytest
from django.db import connection

from directives.models import Task
from directives.models.tasks import SORTED_BY
from directives.queries import lists
from directives.services import reminders
from directives.states import AWAITED
from tenancy.logins import as_owner
from tenancy.scope import tenant_scope
from tests.directives.office import TODAY, accepted

OTHERS = 1_000


def test_each_list_of_open_tasks_comes_in_order_from_its_index(stage):
    """Committed, so that the statistics know them; else the plan is that of whoever came before."""
    province, office = stage
    with tenant_scope(province):
        own = accepted(office, follower_id=office.follower.pk)
        others = [copy(own) for _number in range(OTHERS)]
        for each in others:
            each.pk = each.person = each.follower = None
            each.lead = each.unit = office.town.commune
        Task.objects.bulk_create(others)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE directives_task")
    lists_of = {
        "unit": {"unit": office.root}, "lead": {"lead": office.town.agency},
        "person": {"person": office.town.officer}, "follower": {"follower": office.follower},
        "day": {},
    }  # fmt: skip
    with tenant_scope(province):
        with connection.cursor() as cursor:
            for way in ("seqscan", "bitmapscan", "sort"):  # the tables are small
                cursor.execute(f"SET LOCAL enable_{way} = off")
        for name, known in lists_of.items():
            found = Task.objects.filter(**known).open().annotate(sort_on=SORTED_BY)
            _comes_from(f"task_open_by_{name}", found.order_by(*lists.ORDER)[:26])
        late = found.filter(status__in=AWAITED, sort_on__lt=TODAY())
        _comes_from("task_open_by_day", late.order_by(*reminders.ORDER))


def _comes_from(index, found):
    plan = found.explain()
    assert index in plan, plan
    assert "Sort" not in plan, plan


@pytest.mark.usefixtures("scope")
def test_what_a_person_sees_is_looked_up_by_each_of_its_reasons(office):
    """A subquery among the reasons would have every open task looked at."""
    plan = Task.objects.visible_to(office.town.leader, lists.SEES).open().explain()
    assert "hashed SubPlan" not in plan, plan
