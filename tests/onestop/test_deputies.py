"""Deputies of a head: they decide in their fields, and sign for him (KT.)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import AuditEntry, OutboxEvent
from notifications.models import Notification
from onestop import consumers
from onestop.models import Result
from onestop.queries import dossiers as queries
from onestop.queries.detail import DossierPage
from onestop.services import assignment, endings, processing, waiting
from organizations.services import positions
from organizations.words import signing_words
from tests.onestop.dossiers import at_kind, open_step
from tests.people import give_role, make_person

pytestmark = pytest.mark.usefixtures("scope")
FIELD = "Lâm nghiệp"


@pytest.fixture
def deputy(town):
    return make_person("leader", town.agency, title="Phó Giám đốc")


def give_field(town, person, field, unit=None, **dates):
    today = timezone.localdate()
    positions.assign_field(
        person.pk, (unit or town.agency).pk, actor=town.agency_admin, field=field,
        valid_from=dates.get("valid_from", today), valid_to=dates.get("valid_to"),
    )  # fmt: skip


def waiting_in(dossier, field):
    """The dossier, under a procedure of that field."""
    dossier.version.field = field
    dossier.version.save(update_fields=["field"])
    return dossier


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Giám đốc", "GIÁM ĐỐC"),
        ("Phó Giám đốc", "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC"),
        ("Phó Chủ tịch", "KT. CHỦ TỊCH / PHÓ CHỦ TỊCH"),
        ("phó trưởng phòng ", "KT. TRƯỞNG PHÒNG / PHÓ TRƯỞNG PHÒNG"),
        ("Trưởng phòng Phó bảng", "TRƯỞNG PHÒNG PHÓ BẢNG"),
        ("", ""),
    ],
)
def test_a_deputy_signs_for_the_head(title, words):
    assert signing_words(title) == words


def test_the_capacity_of_who_approved_is_kept_and_shown(town, deputy):
    dossier = at_kind(town, "approve")
    processing.approve(dossier.pk, actor=deputy)
    assert Result.objects.get(dossier=dossier).capacity == "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC"
    entry = AuditEntry.objects.filter(action="dossier.approved").latest("pk")
    assert entry.data["capacity"] == "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC"


def test_a_deputy_without_fields_decides_in_all(town, deputy):
    dossier = at_kind(town, "approve")
    assert queries.to_decide(deputy).get() == dossier
    assert processing.approve(dossier.pk, actor=deputy)


def test_a_deputy_decides_in_his_fields_only(town, deputy):
    give_field(town, deputy, "Đất đai")
    dossier = waiting_in(at_kind(town, "approve"), FIELD)
    assert not queries.to_decide(deputy).exists()
    assert "decide" not in [act.name for act in DossierPage(dossier, deputy).acts]
    step = open_step(dossier)
    assert deputy not in [who for who, _unit in assignment.candidates(dossier, step)]
    with pytest.raises(PermissionDenied, match=FIELD):
        processing.approve(dossier.pk, actor=deputy)
    with pytest.raises(PermissionDenied, match=FIELD):
        endings.refuse(dossier.pk, actor=deputy, reason="Không đủ điều kiện")
    assert queries.to_decide(town.leader).get() == dossier


@pytest.mark.parametrize("below", [False, True])
def test_he_decides_when_the_field_is_his(town, deputy, below):
    give_field(town, deputy, "Đất đai")
    give_field(town, deputy, FIELD.lower(), town.division if below else None)
    dossier = waiting_in(at_kind(town, "approve"), FIELD)
    assert queries.to_decide(deputy).get() == dossier
    assert "decide" in [act.name for act in DossierPage(dossier, deputy).acts]
    assert deputy in [who for who, _unit in assignment.candidates(dossier, open_step(dossier))]
    assert processing.approve(dossier.pk, actor=deputy)


def test_only_who_decides_in_the_field_is_told(town, deputy):
    give_field(town, deputy, "Đất đai")
    waiting_in(at_kind(town, "approve"), FIELD)
    event = OutboxEvent.objects.filter(action="dossier.approved").latest("pk")
    consumers.tell_next(event)
    assert {notice.user for notice in Notification.objects.all()} == {town.leader}


def test_those_of_the_field_are_told_however_many_leaders_there_are(town, deputy, monkeypatch):
    monkeypatch.setattr(consumers, "CROWD", 1)
    give_field(town, deputy, "Đất đai")
    waiting_in(at_kind(town, "approve"), FIELD)
    event = OutboxEvent.objects.filter(action="dossier.approved").latest("pk")
    consumers.tell_next(event)
    assert {notice.user for notice in Notification.objects.all()} == {town.leader}


def test_a_review_is_assigned_to_nobody_who_may_not_decide_it(town, deputy):
    give_field(town, deputy, "Đất đai")
    dossier = waiting_in(at_kind(town, "review"), FIELD)
    able = [who for who, _unit in assignment.candidates(dossier, open_step(dossier))]
    assert town.head in able
    assert deputy not in able
    dossier = waiting_in(dossier, "Đất đai")
    assert deputy in [who for who, _unit in assignment.candidates(dossier, open_step(dossier))]


def test_outside_his_fields_he_asks_for_papers_as_who_does_the_work(town, deputy):
    """Once: a second round is a decision."""
    give_field(town, deputy, "Đất đai")
    dossier = waiting_in(at_kind(town, "process"), FIELD)
    assignment.assign(dossier.pk, actor=town.head, person_id=deputy.pk)
    apply_by = timezone.localdate() + dt.timedelta(days=5)
    asked = {"items": ["Sơ đồ"], "reason": "Thiếu sơ đồ", "apply_by": apply_by}
    waiting.ask_supplement(dossier.pk, actor=deputy, **asked)
    waiting.receive_supplement(dossier.pk, actor=town.clerk)
    with pytest.raises(waiting.NeedsConsent):
        waiting.ask_supplement(dossier.pk, actor=deputy, consent_reason="Vẫn thiếu", **asked)


def test_when_his_only_field_has_ended_he_decides_in_none(town, deputy):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    give_field(town, deputy, FIELD, valid_from=yesterday, valid_to=yesterday)
    dossier = waiting_in(at_kind(town, "approve"), FIELD)
    assert not queries.to_decide(deputy).exists()
    assert "decide" not in [act.name for act in DossierPage(dossier, deputy).acts]
    assert deputy not in [who for who, _unit in assignment.candidates(dossier, open_step(dossier))]
    with pytest.raises(PermissionDenied, match="None of the fields"):
        processing.approve(dossier.pk, actor=deputy)


def test_what_another_position_allows_is_not_narrowed(town, deputy):
    give_field(town, deputy, "Đất đai")
    give_role(deputy, "head", town.division, title="Trưởng phòng")
    dossier = waiting_in(at_kind(town, "review"), FIELD)
    assert queries.to_decide(deputy).get() == dossier
    dossier = processing.approve(dossier.pk, actor=deputy)
    with pytest.raises(PermissionDenied, match=FIELD):
        processing.approve(dossier.pk, actor=deputy)


def test_in_another_field_he_acts_for_the_head_who_lent_it(town, deputy):
    give_field(town, deputy, "Đất đai")
    today = timezone.localdate()
    positions.delegate(
        town.leader.pk, deputy.pk, town.agency.pk, actor=town.leader, role="leader",
        reason="sudden", note="Giấy ủy quyền số 1", valid_from=today, valid_to=today,
    )  # fmt: skip
    dossier = waiting_in(at_kind(town, "approve"), FIELD)
    assert queries.to_decide(deputy).get() == dossier
    processing.approve(dossier.pk, actor=deputy)
    result = Result.objects.get(dossier=dossier)
    assert (result.on_behalf_of, result.capacity) == (town.leader.full_name, "")
