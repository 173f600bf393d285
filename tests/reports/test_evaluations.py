"""The monthly evaluation: opened once, remarked, judged, confirmed; a correction beside it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone, DomainError
from notifications.models import Notification
from onestop.models import StepRun
from organizations import access
from organizations.access import RefusedError
from organizations.models import Delegation, Unit
from reports import consumers
from reports.models import Evaluation, EvaluationRow, EvaluationState, SheetKind
from reports.rules_evaluation import Grade
from reports.services import evaluations
from reports.services.evaluations import OwnRow, Undecided
from tests.people import give_role, make_person, make_town
from tests.reports.evaluated import MARCH, example, opened, set_rules

pytestmark = pytest.mark.usefixtures("scope")


def stand():
    """The example, and its sheets opened."""
    found = example(make_town())
    opened(found.town)
    return found


@pytest.fixture
def made(standing):
    return standing


@pytest.fixture
def town(made):
    return made.town


def sheet(kind=SheetKind.STAFF):
    return Evaluation.objects.get(kind=kind, superseded_at=None)


def judge_all(town):
    evaluations.accept_proposals(sheet().pk, actor=town.leader)


def test_the_head_decides_and_the_machine_only_proposes(town, made):
    row = made.rows()["officer"]
    assert row.proposed == Grade.FAILED  # six of eleven in time
    with pytest.raises(DomainError, match="differs from the proposal"):
        evaluations.judge(row.pk, actor=town.head, grade=Grade.GOOD, comment="")
    done = evaluations.judge(
        row.pk, actor=town.head, grade=Grade.GOOD, comment="Làm thay đồng nghiệp", reason="Quá tải"
    )
    assert (done.grade, done.judged_by, done.grade_reason) == (Grade.GOOD, town.head, "Quá tải")
    again = evaluations.judge(row.pk, actor=town.leader, grade=Grade.FAILED, comment="", reason="x")
    assert (again.grade_reason, again.judged_by) == ("", town.leader)


@pytest.mark.parametrize(
    ("person", "who"),
    [
        ("officer", "clerk"), ("officer", "records_clerk"), ("officer", "agency_admin"),
        ("officer", "outsider"), ("officer", "overseer"), ("officer", "superuser"),
        ("clerk", "head"), ("head", "head"), ("leader", "leader"), ("leader", "head"),
    ],
)  # fmt: skip
def test_who_is_not_the_head_of_a_person_does_not_judge_him(town, made, person, who):
    row = made.rows()[person]
    with pytest.raises(RefusedError):
        evaluations.judge(row.pk, actor=getattr(town, who), grade=row.proposed, comment="")
    assert EvaluationRow.objects.get(pk=row.pk).grade == ""


@pytest.mark.parametrize(
    ("person", "who"), [("head", "leader"), ("head", "chair"), ("leader", "chair")]
)
def test_a_head_is_judged_one_level_up(town, made, chair, person, who):
    row, actor = made.rows()[person], chair if who == "chair" else town.leader
    done = evaluations.judge(row.pk, actor=actor, grade=row.proposed, comment="Đã xem")
    assert done.judged_by == actor


def test_who_only_watches_neither_judges_a_head_nor_confirms(town, made):
    row = made.rows()["leader"]
    with pytest.raises(RefusedError):
        evaluations.judge(row.pk, actor=town.overseer, grade=row.proposed, comment="")
    for kind in SheetKind:
        with pytest.raises(RefusedError):
            evaluations.confirm(sheet(kind).pk, actor=town.overseer)


def test_the_sheet_of_an_agency_that_was_closed_is_decided_one_level_up(town, made, chair):
    Unit.objects.filter(pk=town.agency.pk).update(valid_to=dt.date(2026, 3, 31))
    assert evaluations.accept_proposals(sheet().pk, actor=chair) == 5
    assert evaluations.confirm(sheet().pk, actor=chair).confirmed_by == chair


def test_nobody_judges_his_own_row_nor_confirms_a_sheet_that_holds_it(town, made):
    """The official of March leads the agency since: he may judge there, but not himself."""
    give_role(town.officer, "leader", town.agency)
    row = made.rows()["officer"]
    with pytest.raises(OwnRow):
        evaluations.judge(row.pk, actor=town.officer, grade=row.proposed, comment="")
    judge_all(town)
    with pytest.raises(OwnRow):
        evaluations.confirm(sheet().pk, actor=town.officer)
    confirmed = evaluations.confirm(sheet().pk, actor=town.leader)
    assert confirmed.confirmed_by == town.leader


@pytest.mark.parametrize("others_before", [0, 1])
def test_who_acts_for_a_person_decides_as_little_on_that_persons_row(town, made, others_before):
    """The official of March leads the agency since; a colleague acts for him by delegation, also
    when another had lent him the same right before."""
    give_role(town.officer, "leader", town.agency)
    today = timezone.localdate()
    others = [make_person("leader", town.agency) for _ in range(others_before)]
    for giver in (*others, town.officer):
        Delegation.objects.create(
            giver=giver, receiver=town.outsider, unit=town.agency, role="leader",
            valid_from=today, valid_to=today, reason="sudden", note="Quyết định 7",
        )  # fmt: skip
    access.recompile([town.outsider.pk])
    row = made.rows()["officer"]
    with pytest.raises(OwnRow):
        evaluations.judge(row.pk, actor=town.outsider, grade=row.proposed, comment="")
    evaluations.accept_proposals(sheet().pk, actor=town.outsider)
    decided = {key for key, each in made.rows().items() if each.grade}
    assert "officer" not in decided
    assert "colleague" in decided
    judge_all(town)
    for actor in (town.outsider, town.officer):
        with pytest.raises(OwnRow):
            evaluations.confirm(sheet().pk, actor=actor)
        with pytest.raises(OwnRow):
            evaluations.correct(sheet().pk, actor=actor, reason="Sửa hạn")
    assert sheet().number == 1


def test_the_proposals_of_all_rows_that_are_left_are_accepted_in_one_act(town, made):
    row = made.rows()["officer"]
    evaluations.judge(row.pk, actor=town.head, grade=Grade.GOOD, comment="x", reason="y")
    assert evaluations.accept_proposals(sheet().pk, actor=town.head) == 1  # the colleague
    assert evaluations.accept_proposals(sheet().pk, actor=town.leader) == 3
    with pytest.raises(AlreadyDone):
        evaluations.accept_proposals(sheet().pk, actor=town.leader)
    grades = {key: each.grade for key, each in made.rows().items()}
    assert grades == {
        "officer": "good", "colleague": "excellent", "head": "excellent", "clerk": "none",
        "records_clerk": "none", "leader": "",
    }  # fmt: skip


def test_a_sheet_with_a_row_without_decision_is_not_confirmed(town, made):
    with pytest.raises(Undecided):
        evaluations.confirm(sheet().pk, actor=town.leader)
    assert sheet().state == EvaluationState.OPEN


@pytest.mark.parametrize("who", ["head", "clerk", "outsider", "superuser", "agency_admin"])
def test_who_does_not_sign_for_the_agency_does_not_confirm(town, made, who):
    judge_all(town)
    with pytest.raises(RefusedError):
        evaluations.confirm(sheet().pk, actor=getattr(town, who))


def test_the_heads_of_an_agency_are_confirmed_by_the_province_and_not_by_themselves(
    town, made, chair
):
    heads = sheet(SheetKind.LEADERS)
    evaluations.accept_proposals(heads.pk, actor=chair)
    with pytest.raises(RefusedError):
        evaluations.confirm(heads.pk, actor=town.leader)
    assert evaluations.confirm(heads.pk, actor=chair).confirmed_by == chair


def confirmed(town):
    judge_all(town)
    return evaluations.confirm(sheet().pk, actor=town.leader)


def test_a_confirmed_sheet_is_frozen(town, made):
    done = confirmed(town)
    row = made.rows()["officer"]
    for act in (
        lambda: evaluations.judge(row.pk, actor=town.head, grade=row.proposed, comment="khác"),
        lambda: evaluations.remark(row.pk, actor=town.officer, text="khác"),
        lambda: evaluations.accept_proposals(done.pk, actor=town.leader),
        lambda: evaluations.confirm(done.pk, actor=town.leader),
    ):
        with pytest.raises(AlreadyDone):
            act()
    assert AuditEntry.objects.get(action="evaluation.confirmed").data["digest"] == done.digest


def test_what_changes_afterwards_does_not_change_the_figures(town, made):
    before = {key: (row.figures, row.items) for key, row in made.rows().items()}
    StepRun.objects.filter(person=town.officer).update(planned_end=None, closed_by=town.head)
    assert opened(town) == 0  # once only
    assert {key: (row.figures, row.items) for key, row in made.rows().items()} == before
    assert evaluations.digest_of(sheet(), list(sheet().rows.all())) == sheet().digest


def test_a_correction_is_a_new_version_beside_the_old(town, made):
    evaluations.remark(made.rows()["officer"].pk, actor=town.officer, text="Nghỉ ốm một tuần")
    old = confirmed(town)
    StepRun.objects.filter(pk=made.steps["late"].pk).update(planned_end=None)
    new = evaluations.correct(old.pk, actor=town.leader, reason="Sửa hạn của bước")
    row = made.rows()["officer"]
    assert (new.number, new.state, row.figures["late"], row.grade) == (2, "open", 2, "")
    assert row.remark == "Nghỉ ốm một tuần"
    kept = EvaluationRow.objects.get(evaluation=old, person=town.officer)
    assert (kept.figures["late"], kept.grade) == (3, Grade.FAILED)
    with pytest.raises(AlreadyDone):
        evaluations.correct(old.pk, actor=town.leader, reason="Lần nữa")
    with pytest.raises(DomainError, match="Say why"):
        evaluations.correct(new.pk, actor=town.leader, reason=" ")
    assert confirmed(town).number == 2


def test_figures_that_somebody_altered_are_not_confirmed(town, made):
    judge_all(town)
    EvaluationRow.objects.filter(person=town.officer).update(items={})
    with pytest.raises(DomainError, match="not those that were stored"):
        evaluations.confirm(sheet().pk, actor=town.leader)


def test_only_the_person_writes_the_remark(town, made):
    row = made.rows()["officer"]
    for who in (town.head, town.leader, town.clerk):
        with pytest.raises(RefusedError):
            evaluations.remark(row.pk, actor=who, text="x")
    assert evaluations.remark(row.pk, actor=town.officer, text=" Đã rõ ").remark == "Đã rõ"


@pytest.mark.parametrize(
    "change",
    [
        {"grade": "good"},
        {"proposed": "none"},
        {"grade": "", "judged_at": None},
    ],
)
def test_the_database_holds_that_a_decision_has_its_person_and_reason(town, made, change):
    judge_all(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvaluationRow.objects.filter(person=town.officer).update(**change)


def test_the_database_holds_that_nobody_judges_himself(town, made):
    judge_all(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvaluationRow.objects.filter(person=town.officer).update(judged_by=town.officer)


# --- when ---------------------------------------------------------------------------------------


def test_a_month_that_was_missed_is_made_up_and_none_before_the_first(town, made):
    set_rules(evaluation_day=3)
    waiting = {month for _unit, month in evaluations.due(dt.date(2026, 5, 2))}
    assert waiting == {MARCH}  # of the other agencies; the day of April has not come
    waiting = {month for _unit, month in evaluations.due(dt.date(2026, 5, 3))}
    assert waiting == {MARCH, dt.date(2026, 4, 1)}
    assert (town.agency.pk, MARCH) not in evaluations.due(dt.date(2026, 5, 3))


def test_an_agency_in_which_nobody_works_has_no_sheet(town):
    assert evaluations.open_month(town.commune.pk, MARCH) == 0


def test_people_and_heads_are_told(town, made, chair):
    for event in OutboxEvent.objects.filter(action="evaluation.opened"):
        consumers.tell_who_is_evaluated(event)
        consumers.tell_who_judges(event)
    told = {(n.user_id, n.kind) for n in Notification.objects.all()}
    assert (town.officer.pk, "info") in told
    assert {(town.head.pk, "todo"), (town.leader.pk, "todo"), (chair.pk, "todo")} <= told
    assert not {who for who, _kind in told} & {
        town.outsider.pk, town.agency_admin.pk, town.overseer.pk,
    }  # fmt: skip
