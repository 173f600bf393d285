"""The catalogue of linked groups: drafts, what publishing asks, and the end."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from common.errors import DomainError
from onestop.models import LinkedGroup, Process
from onestop.services import linked_groups as services
from onestop.services.linked_groups import GroupFacts, GroupRefused, MemberFacts
from onestop.services.processes import process_for
from tenancy.scope import tenant_scope
from tests.onestop.catalogue_rows import make_procedure

DAYS = "working_days"


def procedures(town):
    for code in ("1.000001", "1.000002"):
        version = make_procedure(code, units=[town.agency]).current_version
        process_for(version, town.agency, timezone.localdate())


def members(first="5", second="3", **second_facts):
    return [
        MemberFacts("1.000001", True, Decimal(first), DAYS),
        MemberFacts("1.000002", False, Decimal(second), DAYS, **second_facts),
    ]


def group_facts(**changes):
    known = {
        "code": "LT.07", "name": "Khai sinh và thường trú", "kind": "same_level",
        "limit_amount": Decimal(5), "limit_unit": DAYS, "decision": "QĐ 5/QĐ-UBND",
        "valid_from": dt.date(2026, 1, 1),
    }  # fmt: skip
    return GroupFacts(**{**known, **changes})


def draft(town, rows=None, **changes):
    return services.save_draft(
        group_facts(**changes), members() if rows is None else rows, actor=town.editor
    )


@pytest.fixture
def catalogue(scope, town):
    procedures(town)


@pytest.mark.usefixtures("catalogue")
def test_a_complete_draft_is_published_and_offered_from_its_first_day(town):
    group = draft(town)
    assert not LinkedGroup.objects.in_force_on(dt.date(2026, 1, 1)).exists()
    services.publish(group.pk, actor=town.editor)
    assert LinkedGroup.objects.in_force_on(dt.date(2026, 1, 1)).exists()
    assert not LinkedGroup.objects.in_force_on(dt.date(2025, 12, 31)).exists()


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("rows", "changes"),
    [
        (members()[:1], {}),
        ([MemberFacts("1.000001", False, Decimal(5), DAYS), members()[1]], {}),
        (members(second="6"), {}),
        (None, {"decision": ""}),
        (None, {"valid_from": None}),
        (None, {"valid_from": dt.date(2025, 6, 30)}),  # before the procedures hold
    ],
)
def test_what_does_not_fit_is_kept_but_not_published(town, rows, changes):
    group = draft(town, rows, **changes)
    assert services.faults_of(group)
    with pytest.raises(GroupRefused):
        services.publish(group.pk, actor=town.editor)
    group.refresh_from_db()
    assert group.state == "draft"


@pytest.mark.usefixtures("catalogue")
def test_a_procedure_without_a_process_or_a_competent_unit_is_named(town):
    Process.objects.filter(procedure__code="1.000002").update(state="retired")
    faults = services.faults_of(draft(town, members(unit_id=town.commune.pk)))
    assert any("process" in fault for fault in faults)
    assert any(town.commune.name in fault for fault in faults)


@pytest.mark.usefixtures("catalogue")
def test_different_levels_get_a_process_that_no_single_procedure_chooses(town):
    group = services.publish(draft(town, kind="levels").pk, actor=town.editor)
    kinds = list(group.process.steps.values_list("kind", flat=True))
    assert kinds == ["receive", "follow", "return"]
    version = group.members.get(is_lead=True).procedure.current_version
    assert process_for(version, town.agency, timezone.localdate()) != group.process


@pytest.mark.usefixtures("catalogue")
def test_a_published_group_ends_and_is_not_edited(town):
    group = services.publish(draft(town).pk, actor=town.editor)
    with pytest.raises(DomainError):
        services.save_draft(group_facts(), members(), actor=town.editor, group_id=group.pk)
    today = timezone.localdate()
    with pytest.raises(DomainError):
        services.end(group.pk, actor=town.editor, last_day=today - dt.timedelta(days=1))
    services.end(group.pk, actor=town.editor, last_day=today)
    assert LinkedGroup.objects.in_force_on(today).exists()
    assert not LinkedGroup.objects.in_force_on(today + dt.timedelta(days=1)).exists()


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    "rows",
    [
        [MemberFacts("9.999999", True, Decimal(1), DAYS)],
        [members()[0], members()[0]],
        [members()[0], MemberFacts("1.000002", True, Decimal(1), DAYS)],
    ],
)
def test_a_draft_with_impossible_members_is_refused(town, rows):
    with pytest.raises(DomainError):
        draft(town, rows)


@pytest.mark.usefixtures("catalogue")
def test_only_keepers_of_the_catalogue_write_groups(town):
    with pytest.raises(PermissionDenied):
        services.save_draft(group_facts(), members(), actor=town.leader)
    group = draft(town)
    for act in (services.publish, services.discard):
        with pytest.raises(PermissionDenied):
            act(group.pk, actor=town.leader)


def test_an_editor_draws_a_group_up_on_its_page_and_publishes_it(client, province, town):
    with tenant_scope(province):
        procedures(town)
    browser = client.sign_in(town.editor)
    page = {
        "code": "LT.09", "name": "Nhóm trên trang", "kind": "levels", "limit_amount": "7,5",
        "limit_unit": DAYS, "decision": "QĐ 9", "valid_from": "01/01/2026",
        "members-TOTAL_FORMS": "3", "members-INITIAL_FORMS": "0",
        "members-0-procedure_code": "1.000001", "members-0-is_lead": "on",
        "members-0-limit_amount": "5", "members-0-limit_unit": DAYS,
        "members-1-procedure_code": "1.000002", "members-1-limit_amount": "2,5",
        "members-1-limit_unit": DAYS, "members-2-limit_unit": DAYS,
    }  # fmt: skip
    answer = browser.post(reverse("onestop:linked_create"), page)
    assert answer.status_code == 302, answer.content.decode()
    with tenant_scope(province):
        group = LinkedGroup.objects.get(code="LT.09")
        assert list(group.members.values_list("limit_amount", flat=True)) == [5, Decimal("2.50")]
    assert browser.post(reverse("onestop:linked_publish", args=[group.pk])).status_code == 302
    assert b"LT.09" in browser.get(reverse("onestop:linked_list")).content
    assert browser.get(reverse("onestop:linked_edit", args=[group.pk])).status_code == 409
    page["members-0-limit_amount"] = "x"
    assert browser.post(reverse("onestop:linked_create"), page).status_code == 422


def test_a_published_group_is_drawn_up_anew_from_what_it_says(client, province, town):
    with tenant_scope(province):
        procedures(town)
        group = draft(town)
        services.publish(group.pk, actor=town.editor)
    browser = client.sign_in(town.editor)
    address = f"{reverse('onestop:linked_create')}?tu={group.pk}"
    assert address in browser.get(reverse("onestop:linked_detail", args=[group.pk])).text
    page = browser.get(address).context
    form, rows = page["form"], page["members"].initial
    assert (form["name"].value(), form["code"].value()) == ("Khai sinh và thường trú", "")
    assert (form["decision"].value(), form["valid_from"].value()) == ("", None)
    assert [row["procedure_code"] for row in rows] == ["1.000001", "1.000002"]
    sent = {
        "code": "LT.08", "name": "Khai sinh và thường trú", "kind": "same_level",
        "limit_amount": "4", "limit_unit": DAYS,
        "members-TOTAL_FORMS": "2", "members-INITIAL_FORMS": "2",
        "members-0-procedure_code": "1.000001", "members-0-is_lead": "on",
        "members-0-limit_amount": "4", "members-0-limit_unit": DAYS,
        "members-1-procedure_code": "1.000002", "members-1-limit_amount": "3",
        "members-1-limit_unit": DAYS,
    }  # fmt: skip
    assert browser.post(address, sent).status_code == 302
    with tenant_scope(province):
        assert LinkedGroup.objects.get(code="LT.08").state == "draft"
        assert LinkedGroup.objects.get(pk=group.pk).limit_amount == 5  # it stays what it was
    for wrong in ("x", "0", "9" * 30):
        address = f"{reverse('onestop:linked_create')}?tu={wrong}"
        assert browser.get(address).status_code == 404
