"""Ratings by citizens: with the slip, once, and nobody can tell what somebody said."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from audit.models import AuditEntry, OutboxEvent
from common.errors import AlreadyDone
from common.working_time import add_months
from onestop.models import Dossier
from onestop.services import endings
from papers.models import PrintedForm
from papers.services import print_form
from portal.models import GuessCount, RatingComment, RatingMark, RatingSum
from portal.months import month_of
from portal.queries import ratings as queries
from portal.rules import average_points
from portal.services import ratings
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import APPLICANT, assigned, at_kind
from tests.onestop.racing import at_once
from tests.people import make_town

ANSWERS = {"time": 2, "contacts": 1, "agencies": 0, "attitude": 2}


def refused(town):
    made = assigned(town)
    endings.refuse(made.pk, actor=town.leader, reason="Không thuộc thẩm quyền")
    return made


def slip_of(province, dossier, town):
    with tenant_scope(province):
        form = PrintedForm.objects.of(dossier).in_force().filter(form="01").last()
        return print_form(form.pk, actor=town.clerk).token


@pytest.fixture
def ended(province, town):
    with tenant_scope(province):
        return at_kind(town, "return")


def send(client, token, **changes):
    return client.post(reverse("portal:rating", args=[token]), {**ANSWERS, **changes})


def sums():
    return {row.question: (row.points, row.count) for row in RatingSum.objects.all()}


def test_the_holder_of_the_slip_rates_once(client, province, town, ended):
    token = slip_of(province, ended, town)
    assert reverse("portal:rating", args=[token]) in client.get(f"/t/{token}/").text
    answer = send(client, token, comment="Nhanh, tốt")
    assert (answer.status_code, answer["Location"]) == (302, "/danh-gia/cam-on/")
    assert client.get(answer["Location"]).status_code == 200
    with tenant_scope(province):
        assert sums() == {question: (points, 1) for question, points in ANSWERS.items()}
        assert RatingComment.objects.get().text == "Nhanh, tốt"
    assert reverse("portal:rating", args=[token]) not in client.get(f"/t/{token}/").text
    assert send(client, token).status_code == 409
    with tenant_scope(province):
        assert sum(row.count for row in RatingSum.objects.all()) == 4


def test_a_new_print_of_the_slip_gives_no_second_rating(client, province, town, ended):
    assert send(client, slip_of(province, ended, town)).status_code == 302
    assert send(client, slip_of(province, ended, town)).status_code == 409


def test_nobody_rates_without_the_slip(client, province, town, ended):
    old = slip_of(province, ended, town)
    slip_of(province, ended, town)  # printed anew: the older one holds no more
    for token in (old, "x", ended.code, ended.lookup_number, str(ended.pk)):
        assert send(client, token).status_code == 404
        assert client.get(f"/t/{token}/danh-gia/").status_code == 404
    with tenant_scope(province):
        assert not RatingSum.objects.exists()


def test_guesses_of_slips_are_limited_as_in_the_look_up(client, province):
    statuses = [send(client, f"x{n}").status_code for n in range(22)]
    assert statuses == [404] * 20 + [429] * 2
    assert client.get("/t/y/").status_code == 429
    with tenant_scope(province):
        assert GuessCount.objects.get().kind == "qr"


def test_it_waits_for_the_result_or_the_refusal(client, province, town):
    with tenant_scope(province):
        running, turned_down = assigned(town), refused(town)
    token = slip_of(province, running, town)
    assert reverse("portal:rating", args=[token]) not in client.get(f"/t/{token}/").text
    assert send(client, token).status_code == 409
    assert send(client, slip_of(province, turned_down, town)).status_code == 302


def test_a_void_reception_is_not_rated(client, province, town, ended):
    token = slip_of(province, ended, town)
    now = timezone.now()
    with tenant_scope(province):
        Dossier.objects.filter(pk=ended.pk).update(voided_at=now, void_reason="nhầm", closed_at=now)
    assert send(client, token).status_code == 409


@pytest.mark.parametrize(
    "changes",
    [{"time": "3"}, {"time": ""}, {"attitude": "-1"}, {"agencies": "x"}, {"comment": "x" * 501}],
)
def test_a_faulty_form_is_shown_again_and_nothing_is_kept(client, province, town, ended, changes):
    answer = send(client, slip_of(province, ended, town), **changes)
    assert answer.status_code == 422
    with tenant_scope(province):
        assert not RatingMark.objects.exists()


def test_what_was_not_answered_is_asked_for_in_a_sentence(client, province, town, ended):
    """Not made of the word “Choose” and the question."""
    answer = send(client, slip_of(province, ended, town), time="", attitude="")
    with translation.override("en"):
        told = [str(error) for errors in answer.context["form"].errors.values() for error in errors]
    assert told == [
        "Say whether the result came early, on the day or late.", "Say how the staff treated you.",
    ]  # fmt: skip


def test_what_is_kept_names_nobody(client, province, town, ended):
    words = f"Tôi là {APPLICANT.name}, số {APPLICANT.number}, thư {APPLICANT.email}"
    with tenant_scope(province):
        before = (AuditEntry.objects.count(), OutboxEvent.objects.count())
        ratings.rate(ended.pk, answers=ANSWERS, comment=words)
        assert (AuditEntry.objects.count(), OutboxEvent.objects.count()) == before
        kept = [
            str(value)
            for model in (RatingSum, RatingMark, RatingComment)
            for row in model.objects.values()
            for value in row.values()
        ]
    for secret in (APPLICANT.name, APPLICANT.number, APPLICANT.email, ended.code):
        assert secret not in " ".join(kept)
    columns = {field.name for model in (RatingSum, RatingMark, RatingComment)
               for field in model._meta.fields}  # fmt: skip
    assert columns == {
        "id", "province", "unit", "procedure", "month", "question", "points", "count", "digest",
        "text",
    }  # fmt: skip


def test_the_numbers_of_marks_and_words_tell_no_order(scope, town):
    for _ in range(3):
        ratings.rate(refused(town).pk, answers=ANSWERS, comment="Cảm ơn")
    for model in (RatingMark, RatingComment):
        keys = sorted(model.objects.values_list("pk", flat=True))
        assert keys[-1] - keys[0] > 10_000, model


def test_the_same_answers_are_added_up(scope, town):
    for _ in range(2):
        ratings.rate(refused(town).pk, answers=ANSWERS, comment="")
    assert set(sums().values()) == {(2, 2), (1, 2), (0, 2)}
    assert not RatingComment.objects.exists()


def test_a_rating_costs_the_same_however_many_were_given(scope, town):
    costs = []
    for _ in range(2):
        made = refused(town)
        with CaptureQueriesContext(connection) as seen:
            ratings.rate(made.pk, answers=ANSWERS, comment="Cảm ơn")
        costs.append(len([q for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]]))
    assert costs == [5, 5]  # dossier, mark looked for and made, sums, words


@pytest.fixture
def last_month(scope, town):
    """Six ratings of the agency and four of the commune, in the month that is over."""
    month = add_months(timezone.localdate().replace(day=1), -1)
    procedure = refused(town).procedure
    for unit, count in ((town.agency, 6), (town.commune, 4)):
        for question, points in ANSWERS.items():
            RatingSum.objects.create(
                unit=unit, procedure=procedure, month=month, question=question, points=points,
                count=count,
            )  # fmt: skip
        RatingComment.objects.create(id=unit.pk, unit=unit, month=month, text=f"Ở {unit.code}")
    return month


def test_units_with_few_ratings_are_left_out_of_the_sum_too(last_month, town):
    table = queries.table(last_month)
    assert [row.name for row in table.rows] == [town.agency.name]
    assert table.whole.ratings == 6
    assert table.rows[0].points == (Decimal("2.0"), Decimal("1.0"), Decimal("0.0"), Decimal("2.0"))


def test_the_running_month_is_not_shown(scope, town):
    for _ in range(6):
        ratings.rate(refused(town).pk, answers=ANSWERS, comment="Cảm ơn")
    running = timezone.localdate().replace(day=1)
    assert month_of(f"{running:%Y-%m}") == add_months(running, -1)
    assert queries.table(month_of("")).rows == ()
    assert not queries.comments(town.leader).exists()


def test_heads_read_the_words_of_their_own_unit_alone(last_month, town):
    assert [row.text for row in queries.comments(town.leader)] == [f"Ở {town.agency.code}"]
    assert not queries.comments(town.clerk).exists()
    assert not queries.comments(town.outsider).exists()


def test_the_page_of_sums_costs_the_same_for_one_unit_and_for_many(client, province, town):
    month = add_months(timezone.localdate().replace(day=1), -1)
    costs = []
    with tenant_scope(province):
        procedure = refused(town).procedure
    for unit in (town.agency, town.commune, town.other_agency):
        with tenant_scope(province):
            RatingSum.objects.create(
                unit=unit, procedure=procedure, month=month, question="time", points=1, count=9
            )
        with CaptureQueriesContext(connection) as seen:
            assert unit.name in client.get("/danh-gia/", {"thang": f"{month:%Y-%m}"}).text
        costs.append(len(seen))
    assert costs[1] == costs[2] < 10


@pytest.mark.parametrize("month", ["", "2026", "9999-99", "\u0662\u0660-1", "2026-13", "x" * 500])
def test_any_month_in_the_address_is_answered(client, month):
    assert client.get("/danh-gia/", {"thang": month}).status_code == 200


def test_an_average_is_rounded_half_up_to_one_decimal():
    assert average_points(5, 4) == Decimal("1.3")
    assert average_points(0, 0) is None
    assert average_points(1, 20) == Decimal("0.1")


def test_a_second_rating_is_refused_by_the_service_itself(scope, town):
    made = refused(town)
    ratings.rate(made.pk, answers=ANSWERS, comment="")
    with pytest.raises(AlreadyDone):
        ratings.rate(made.pk, answers=ANSWERS, comment="")
    assert RatingSum.objects.filter(count=1).count() == 4


@pytest.mark.slow
def test_of_eight_ratings_at_once_one_counts(fresh_province):
    with tenant_scope(fresh_province):
        made = refused(make_town())
    act = partial(ratings.rate, made.pk, answers=ANSWERS, comment="Cảm ơn")
    outcome = at_once(fresh_province, lambda _number: act(), 8)
    assert outcome.faults == []
    assert (len(outcome.won), len(outcome.refused)) == (1, 7)
    with tenant_scope(fresh_province):
        assert set(sums().values()) == {(2, 1), (1, 1), (0, 1)}
        assert RatingComment.objects.count() == 1
