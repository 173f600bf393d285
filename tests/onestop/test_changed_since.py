"""“Changed since” on approvals, load, originals and results that nobody fetched."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.forms.queue import SinceForm
from onestop.models import Dossier, OriginalsSlip
from onestop.queries import dossiers as queries
from onestop.queries import load
from onestop.queries.originals import slips_of
from onestop.queries.uncollected import uncollected_of
from onestop.services import originals, processing
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, at_kind
from tests.onestop.test_life import IN_PERSON
from tests.onestop.test_list_indexes import plan_of
from tests.onestop.test_originals import TWO, handed
from tests.onestop.test_query_counts import cost
from tests.onestop.test_uncollected import ready

TODAY = timezone.localdate
LISTS = {  # what makes one row, and who looks
    "approval_list": (lambda town: at_kind(town, "review"), "head"),
    "load_list": (assigned, "leader"),
    "uncollected_list": (lambda town: ready(town, 30), "clerk"),
    "slip_list": (lambda town: handed(town, assigned(town, papers=TWO)), "leader"),
}
OF_THE_LOG = {  # questions that the day costs
    "approval_list": 1,
    "load_list": 1,
    "uncollected_list": 1,
    "slip_list": 0,
}
on_each_list = pytest.mark.parametrize("name", LISTS)


def in_days(days):
    return f"{TODAY() + dt.timedelta(days=days):%d/%m/%Y}"


def shown(page):
    found = page.context["page"]
    return list(getattr(found, "rows", found))


@on_each_list
def test_a_list_shows_what_changed_since_a_day(client, province, town, name):
    make, who = LISTS[name]
    with tenant_scope(province):
        make(town)
    client.sign_in(getattr(town, who))
    url = reverse(f"onestop:{name}")
    for day, rows in ((in_days(0), 1), (in_days(1), 0)):
        page = client.get(url, {"tu": day})
        assert (page.status_code, len(shown(page))) == (200, rows)
        assert f'value="{day}"' in page.text
        assert ("Không có mục nào thay đổi từ ngày này" in page.text) == (not rows)


@on_each_list
def test_a_day_that_is_none_is_told_and_left_out(client, province, town, name):
    make, who = LISTS[name]
    with tenant_scope(province):
        make(town)
    page = client.sign_in(getattr(town, who)).get(reverse(f"onestop:{name}"), {"tu": "31/02/2026"})
    assert len(shown(page)) == 1
    assert page.context["form"].errors["tu"]
    assert 'value="31/02/2026"' in page.text


@on_each_list
def test_the_day_costs_the_same_for_one_row_and_for_five(client, province, town, name):
    make, who = LISTS[name]
    person, url = getattr(town, who), reverse(f"onestop:{name}")
    with tenant_scope(province):
        make(town)
    _page, without, _asked = cost(client, person, url)
    _page, one, _asked = cost(client, person, url, tu=in_days(0))
    with tenant_scope(province):
        for _turn in range(4):
            make(town)
    _page, five, asked = cost(client, person, url, tu=in_days(0))
    assert (one - without, five) == (OF_THE_LOG[name], one), asked


def test_the_load_counts_what_changed_and_leads_to_it(client, province, town, monkeypatch):
    with tenant_scope(province):
        old, between, new = assigned(town), timezone.now(), assigned(town)
    client.sign_in(town.leader)
    url = reverse("onestop:load_list")
    (both,) = shown(client.get(url))
    monkeypatch.setattr(queries, "start_of", lambda _day: between)  # no entry is made older
    page = client.get(url, {"tu": in_days(0)})
    (one,) = shown(page)
    assert (both["open"], one["open"]) == (2, 1)
    assert 'name="picks"' not in page.text  # assigning takes all that is in hand
    behind = f"{reverse('onestop:dossier_list')}?xem=tat-ca&nguoi={town.officer.pk}"
    assert f"{behind}&tu={in_days(0)}".replace("&", "&amp;") in page.text
    listed = client.get(f"{behind}&tu={in_days(0)}").text
    assert (old.code in listed, new.code in listed) == (False, True)


def test_a_slip_changes_when_it_is_sent_and_when_it_ends(scope, town):
    slip = handed(town, assigned(town, papers=TWO))
    OriginalsSlip.objects.update(sent_at=timezone.now() - dt.timedelta(days=9))
    week = TODAY() - dt.timedelta(days=7)
    assert not slips_of(town.leader, "da-nhan", week).exists()
    originals.confirm(slip.pk, actor=town.leader, missing={})
    assert slips_of(town.leader, "da-nhan", week).exists()
    assert slips_of(town.leader, "da-nhan", dt.date.min).exists()


@pytest.mark.parametrize("few", [5_000, 0])
@on_each_list
def test_no_list_is_read_from_end_to_end(scope, town, monkeypatch, name, few):
    monkeypatch.setattr(queries, "FEW", few)
    make, who = LISTS[name]
    make(town)
    person, form = getattr(town, who), SinceForm({"tu": in_days(0)})
    found = {
        "approval_list": lambda: form.narrow(queries.to_decide(person)).order_by("due_at", "id"),
        "uncollected_list": lambda: form.narrow(uncollected_of(person, TODAY())),
        "slip_list": lambda: slips_of(person, "da-nhan", form.since).order_by("-sent_at", "-id"),
        "load_list": lambda: load._accepted(
            form.narrow(Dossier.objects.held_by_units_of(person, "assign_dossiers"))
        ),
    }[name]()
    plan = plan_of(found[:26])
    assert "Seq Scan on onestop_originalsslip" not in plan, plan
    assert "Seq Scan on onestop_dossier " not in plan, plan
    assert "Seq Scan on audit_auditentry" not in plan, plan
    assert len(found[:26]) == 1


def test_a_result_that_was_fetched_is_in_no_list(scope, town):
    """The control of the filter: it adds nothing to the list."""
    dossier = ready(town, 30)
    processing.hand_over(dossier.pk, actor=town.clerk, facts=IN_PERSON)
    form = SinceForm({"tu": in_days(0)})
    assert not form.narrow(uncollected_of(town.clerk, TODAY())).exists()
