"""The life of a procedure: draft, published with a day, changed by a new version, withdrawn."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import AlreadyDone, TransitionError
from onestop.models import Procedure, ProcedureVersion
from onestop.queries.catalogue import version_on
from onestop.services import catalogue as services
from onestop.services.catalogue import ChannelData, ComponentData, Content
from tests.people import make_person


@pytest.fixture
def editor(scope, town):
    return make_person("catalogue_editor", town.agency)


@pytest.fixture
def content(town):
    facts = {
        "name": "Cấp giấy phép thử", "field": "Thử nghiệm", "level": "tinh",
        "agency_name": "Sở Tư pháp", "publishing_decision": "1/QĐ-UBND",
    }  # fmt: skip
    channels = [ChannelData(1, Decimal(10), "working_days", fee_vnd=2000)]
    return Content(facts, channels, [ComponentData("Tờ khai", 1)], [town.other_agency.pk])


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def published(editor, content, today):
    procedure = services.create_procedure("1.000001", content, actor=editor)
    services.publish(procedure.pk, on=today - dt.timedelta(days=30), actor=editor)
    return Procedure.objects.get(pk=procedure.pk)


def test_a_new_procedure_is_a_draft_that_nobody_can_use(editor, content, today):
    procedure = services.create_procedure("1.000001", content, actor=editor)
    assert procedure.state == "draft"
    assert version_on(procedure.pk, today) is None
    assert not Procedure.objects.published().exists()
    with pytest.raises(services.CodeTaken):
        services.create_procedure("1.000001", content, actor=editor)


def test_a_published_procedure_holds_from_its_day(published, today):
    assert published.state == "published"
    version = version_on(published.pk, today)
    assert version == published.current_version
    assert version_on(published.pk, today - dt.timedelta(days=31)) is None
    assert AuditEntry.objects.filter(action="procedure.published").count() == 1


def test_a_change_is_a_new_version_and_leaves_the_old_one_as_it_was(
    published, editor, content, today
):
    first = published.current_version
    other = replace(content, channels=[ChannelData(1, Decimal(5), "working_days")])
    services.save_draft(published.pk, other, actor=editor)
    assert version_on(published.pk, today) == first
    second = services.publish(published.pk, on=today, actor=editor)
    assert version_on(published.pk, today) == second
    assert version_on(published.pk, today - dt.timedelta(days=1)) == first
    assert first.channels.get().limit_amount == 10
    with pytest.raises(services.VersionIsPublished):
        services.write_content(second, content)


def test_a_day_to_come_waits_for_its_day(published, editor, content, today):
    first = published.current_version
    services.save_draft(published.pk, content, actor=editor)
    tomorrow = today + dt.timedelta(days=1)
    second = services.publish(published.pk, on=tomorrow, actor=editor)
    assert services.bring_into_force() == 0
    assert Procedure.objects.get().current_version == first
    assert version_on(published.pk, tomorrow) == second
    ProcedureVersion.objects.filter(pk=second.pk).update(valid_from=today)
    assert services.bring_into_force() == 1
    assert Procedure.objects.get().current_version == second
    assert services.bring_into_force() == 0


def test_the_first_version_may_also_wait_for_its_day(editor, content, today):
    procedure = services.create_procedure("1.000002", content, actor=editor)
    version = services.publish(procedure.pk, on=today + dt.timedelta(days=1), actor=editor)
    assert Procedure.objects.get().state == "draft"
    ProcedureVersion.objects.filter(pk=version.pk).update(valid_from=today)
    assert services.bring_into_force() == 1
    assert Procedure.objects.get().state == "published"


def test_a_new_version_is_never_in_force_before_the_last_or_before_today(
    published, editor, content, today
):
    services.save_draft(published.pk, content, actor=editor)
    with pytest.raises(services.NotPublishable):
        services.publish(published.pk, on=today - dt.timedelta(days=1), actor=editor)


def test_a_draft_without_channel_unit_or_decision_is_not_published(editor, content, today):
    bare = Content({**content.facts, "publishing_decision": ""}, [], [], [])
    procedure = services.create_procedure("1.000003", bare, actor=editor)
    with pytest.raises(services.NotPublishable) as refusal:
        services.publish(procedure.pk, on=today, actor=editor)
    assert str(refusal.value).count(";") == 2


def test_a_withdrawn_procedure_ends_yesterday_and_can_be_announced_again(
    published, editor, content, today
):
    services.withdraw(published.pk, reason="QĐ 2/QĐ-UBND", actor=editor)
    assert version_on(published.pk, today) is None
    assert not Procedure.objects.published().exists()
    with pytest.raises(AlreadyDone):
        services.withdraw(published.pk, reason="QĐ 2/QĐ-UBND", actor=editor)
    services.save_draft(published.pk, content, actor=editor)
    services.publish(published.pk, on=today, actor=editor)
    assert Procedure.objects.published().count() == 1


def test_a_draft_is_not_withdrawn_and_a_waiting_version_holds_it_back(
    published, editor, content, today
):
    draft = services.create_procedure("1.000002", content, actor=editor)
    with pytest.raises(TransitionError):
        services.withdraw(draft.pk, reason="QĐ", actor=editor)
    services.save_draft(published.pk, content, actor=editor)
    services.publish(published.pk, on=today + dt.timedelta(days=9), actor=editor)
    with pytest.raises(TransitionError):
        services.withdraw(published.pk, reason="QĐ", actor=editor)


def test_a_second_click_on_publish_changes_nothing(published, editor, today):
    with pytest.raises(AlreadyDone):
        services.publish(published.pk, on=today, actor=editor)


def test_a_stale_page_does_not_overwrite_a_colleague(published, editor, content):
    seen = services.content_of_version(published.current_version).fingerprint
    mine = replace(content, facts={**content.facts, "name": "Tên của tôi"})
    services.save_draft(published.pk, mine, actor=editor, seen=seen)
    with pytest.raises(AlreadyDone):
        services.save_draft(published.pk, content, actor=editor, seen=seen)
    assert services.waiting_draft(published.pk).name == "Tên của tôi"


def test_a_discarded_first_draft_takes_the_procedure_with_it(published, editor, content):
    draft = services.create_procedure("1.000002", content, actor=editor)
    services.discard_draft(draft.pk, actor=editor)
    services.save_draft(published.pk, content, actor=editor)
    services.discard_draft(published.pk, actor=editor)
    assert list(Procedure.objects.all()) == [published]
    with pytest.raises(AlreadyDone):
        services.discard_draft(published.pk, actor=editor)


def test_people_without_the_right_change_nothing(published, editor, content, today, town):
    services.save_draft(published.pk, content, actor=editor)
    for who in (town.clerk, town.leader, town.overseer, town.agency_admin):
        for act in (
            lambda who: services.create_procedure("1.000009", content, actor=who),
            lambda who: services.save_draft(published.pk, content, actor=who),
            lambda who: services.publish(published.pk, on=today, actor=who),
            lambda who: services.withdraw(published.pk, reason="QĐ", actor=who),
            lambda who: services.discard_draft(published.pk, actor=who),
        ):
            with pytest.raises(PermissionDenied):
                act(who)
