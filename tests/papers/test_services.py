"""Issue, print, correct, void."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from common.errors import AlreadyDone
from organizations.models import Unit, User
from papers import queries, rules, services
from papers.models import PrintedForm
from tenancy.scope import NoTenant, tenant_scope
from tests.papers import samples
from tests.papers.test_counters import make_unit

AT = samples.AT


@pytest.fixture
def unit(scope):
    return make_unit()


@pytest.fixture
def clerk(scope):
    return User.objects.create_user("thu", full_name="Lê Thị Thu")


@pytest.fixture
def slip(unit, clerk):
    return issued(unit, clerk)


def issued(unit, clerk, form=None, at=AT):
    return services.issue(
        form or samples.receipt(), unit_id=unit.pk, subject=unit, subject_name=samples.CODE,
        actor=clerk, at=at,
    )  # fmt: skip


def test_each_form_has_its_own_number_of_the_year_in_its_unit(unit, clerk):
    other = make_unit("T.2")
    assert [issued(unit, clerk).number for _ in range(2)] == [1, 2]
    assert issued(unit, clerk, samples.supplement()).number == 1
    assert issued(other, clerk).number == 1
    new_year = dt.datetime(2026, 12, 31, 17, 30, tzinfo=dt.UTC)  # 00:30 on 1 January in Hanoi
    next_year = issued(unit, clerk, at=new_year)
    assert (next_year.year, next_year.number) == (2027, 1)


def test_the_form_of_the_day_of_issue_is_kept(unit, clerk):
    old = issued(unit, clerk, at=dt.datetime(2025, 9, 14, 8, tzinfo=samples.HANOI))
    assert old.version == "TT01/2018"
    assert issued(unit, clerk).version == "TT03/2025"


def test_an_issued_form_keeps_words_and_not_references(slip):
    slip.refresh_from_db()
    assert slip.data["applicant"]["name"] == "Nguyễn Thị Ngọc Ưởng"
    assert "05" in slip.data["due_at"]
    assert slip.number_in_words == "01/TTPVHCC"
    assert AuditEntry.objects.filter(action="paper.issued", subject_id=str(slip.pk)).count() == 1


def test_a_rolled_back_issue_gives_its_number_back(unit, clerk):
    with transaction.atomic():
        assert issued(unit, clerk).number == 1
        transaction.set_rollback(True)
    assert issued(unit, clerk).number == 1


def test_a_number_cannot_be_given_twice(slip):
    slip.pk, slip.token_digest = None, ""
    with pytest.raises(IntegrityError), transaction.atomic():
        slip.save(force_insert=True)


def test_a_token_is_stored_only_hashed_and_finds_its_paper(slip, clerk):
    first = services.print_form(slip.pk, actor=clerk)
    assert first.token
    stored = PrintedForm.objects.values().get(pk=slip.pk)
    assert first.token not in str(stored)
    assert queries.form_with_token(first.token).pk == slip.pk
    assert queries.form_with_token(rules.new_token()) is None
    assert queries.form_with_token("") is None


def test_a_second_print_keeps_the_number_and_ends_the_older_code(slip, clerk):
    first = services.print_form(slip.pk, actor=clerk)
    second = services.print_form(slip.pk, actor=clerk)
    assert (second.number, second.edition, second.prints) == (first.number, 1, 2)
    assert queries.form_with_token(first.token) is None
    assert queries.form_with_token(second.token).pk == slip.pk


def test_outside_the_demo_the_first_print_is_random_too(slip, clerk):
    assert services.print_form(slip.pk, actor=clerk).token != slip.token
    with pytest.raises(RuntimeError, match="demo"):
        services.demo_token(slip)


def test_in_the_demo_the_token_in_force_can_be_made_again(unit, clerk, settings):
    settings.GOVIT_DEMO = True
    slip = issued(unit, clerk)
    assert services.demo_token(slip) == slip.token
    first = services.print_form(slip.pk, actor=clerk)
    assert first.token == slip.token
    second = services.print_form(slip.pk, actor=clerk)
    assert second.token != first.token
    again = PrintedForm.objects.get(pk=slip.pk)
    assert queries.form_with_token(services.demo_token(again)).pk == slip.pk


def test_a_correction_is_a_new_edition_under_the_same_number(slip, clerk):
    shown = services.print_form(slip.pk, actor=clerk)
    form = samples.receipt(procedure="Tên đúng")
    newer = services.correct(slip.pk, form, actor=clerk, at=AT, reason="sai tên thủ tục")
    assert (newer.number, newer.edition, newer.replaces_id) == (slip.number, 2, slip.pk)
    assert newer.data["procedure"] == "Tên đúng"
    assert queries.form_with_token(shown.token) is None
    assert list(PrintedForm.objects.of(Unit.objects.get(pk=slip.unit_id)).in_force()) == [newer]
    with pytest.raises(AlreadyDone):
        services.correct(slip.pk, form, actor=clerk, at=AT, reason="lần nữa")
    with pytest.raises(AlreadyDone):
        services.print_form(slip.pk, actor=clerk)


def test_a_correction_cannot_turn_into_another_form(slip, clerk):
    with pytest.raises(ValueError, match="edition of form 01"):
        services.correct(slip.pk, samples.refusal(), actor=clerk, at=AT, reason="x")


def test_a_voided_paper_keeps_its_number_and_its_code_leads_to_a_page_that_says_so(
    slip, unit, clerk
):
    shown = services.print_form(slip.pk, actor=clerk)
    services.void(slip.pk, actor=clerk, at=AT, reason="nhập nhầm")
    assert queries.form_with_token(shown.token).voided_at == AT
    with pytest.raises(services.NotIssuedError, match="nhập nhầm"):
        services.print_form(slip.pk, actor=clerk)
    with pytest.raises(services.NotIssuedError):
        services.void(slip.pk, actor=clerk, at=AT, reason="lần nữa")
    assert issued(unit, clerk).number == slip.number + 1


def test_a_paper_cannot_be_void_without_person_and_reason(slip):
    with pytest.raises(IntegrityError), transaction.atomic():
        PrintedForm.objects.filter(pk=slip.pk).update(voided_at=AT)


def test_a_paper_is_issued_inside_a_province_only(province):
    with tenant_scope(province):
        unit = make_unit()
        clerk = User.objects.create_user("thu", full_name="Thu")
    with pytest.raises(NoTenant):
        issued(unit, clerk)


def test_a_token_of_one_province_finds_nothing_in_another(province, other_province):
    with tenant_scope(province):
        slip = issued(make_unit(), User.objects.create_user("thu", full_name="Thu"))
    with tenant_scope(other_province):
        assert queries.form_with_token(slip.token) is None
    with tenant_scope(province):
        assert queries.form_with_token(slip.token) is not None
