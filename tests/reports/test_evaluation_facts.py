"""What a person's month counts: an example by hand, and the rules behind it."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from onestop.models import Dossier, Extension, Opinion, StepRun
from organizations.models import Position
from reports.models import Evaluation, EvaluationRow, SheetKind, Tier
from reports.rules_evaluation import (
    FIGURE_OF,
    FIGURES,
    Bounds,
    Change,
    Grade,
    Measures,
    Month,
    Run,
    ids_behind,
    propose,
    spans_of,
    time_in_hand,
)
from tests.people import give_role, make_town
from tests.reports.evaluated import LONG_BEFORE, MARCH, PLANNED, appraisal, example, on, opened

pytestmark = pytest.mark.usefixtures("scope")
BY_HAND = {
    # in time, received late, opened early, paused, sent back twice; late, received late and late,
    # from the queue; given on, taken away late; overdue, waiting, due on the last day, of April
    "officer": {
        "given": 15, "done": 9, "on_time": 6, "late": 3, "moved": 2, "moved_late": 1, "open": 4,
        "overdue": 1, "returned": 1,
    },
    "colleague": {"given": 1, "done": 1, "on_time": 1},
    "head": {"given": 2, "done": 2, "on_time": 2},
    "leader": {}, "clerk": {}, "records_clerk": {},
}  # fmt: skip


def figures(**known):
    return {figure.key: known.get(figure.key, 0) for figure in FIGURES}


def stand():
    return example(make_town())


@pytest.fixture
def made(standing):
    return standing


@pytest.fixture
def town(made):
    return made.town


def test_the_month_is_what_was_counted_by_hand(town, made):
    assert opened(town) == 2
    rows = made.rows()
    assert {key: row.figures for key, row in rows.items()} == {
        key: figures(**known) for key, known in BY_HAND.items()
    }


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("late", ["late", "received late, and late", "from the queue"]),
        ("moved_late", ["taken away late"]),
        ("overdue", ["overdue"]),
        ("returned", ["sent back"]),
    ],
)
def test_behind_a_figure_are_the_very_steps(town, made, key, names):
    opened(town)
    items = made.rows()["officer"].items
    assert set(ids_behind(items, key)) == {made.steps[name].pk for name in names}


def test_who_moved_within_the_agency_has_a_row_in_each_division_for_the_work_there(town):
    second = give_role(town.officer, "official", town.second_division, valid_from=LONG_BEFORE)
    Position.objects.filter(user=town.officer, unit=town.division).update(valid_to=on(15).date())
    Position.objects.filter(pk=second.pk).update(valid_from=on(16).date())
    appraisal(town, opened=on(17), closed=on(18), by=town.officer, unit=town.second_division)
    opened(town)
    rows = EvaluationRow.objects.filter(person=town.officer)
    assert {row.unit_id: row.figures["done"] for row in rows} == {
        town.division.pk: 9, town.second_division.pk: 1,
    }  # fmt: skip


def test_who_is_whose_head_and_where_the_sheet_of_the_heads_goes(town, made):
    opened(town)
    tiers = {key: (row.tier, row.evaluation.kind) for key, row in made.rows().items()}
    assert tiers == {
        "clerk": (Tier.OFFICIAL, SheetKind.STAFF), "officer": (Tier.OFFICIAL, SheetKind.STAFF),
        "colleague": (Tier.OFFICIAL, SheetKind.STAFF), "head": (Tier.HEAD, SheetKind.STAFF),
        "records_clerk": (Tier.OFFICIAL, SheetKind.STAFF),
        "leader": (Tier.LEADER, SheetKind.LEADERS),
    }  # fmt: skip
    assert {sheet.judge_unit for sheet in Evaluation.objects.all()} == {town.root}


def approved(town, person, day, **more):
    run = appraisal(town, opened=on(day), closed=on(day, "10:00"), by=person)
    StepRun.objects.filter(pk=run.pk).update(kind="approve", unit=town.agency, **more)


def test_results_approved_in_person_by_deputies_and_on_behalf(town, made):
    approved(town, town.leader, 10)
    approved(town, town.leader, 11)
    approved(town, town.head, 11)
    approved(town, town.head, 12, on_behalf_of=town.leader.full_name)
    approved(town, town.head, 2, closed_at=on(2, month=4))
    opened(town)
    keys = ("approved", "approved_for", "by_deputies", "by_delegates")
    rows = made.rows()
    assert [rows["leader"].figures[key] for key in keys] == [2, 0, 1, 1]
    assert [rows["head"].figures[key] for key in keys] == [1, 1, 0, 0]


def test_dossiers_finished_late_count_once_for_each_who_did_a_step(town, made):
    for name, finished in (("late", on(17)), ("in time", on(16)), ("opened early", on(1, month=4))):
        Dossier.objects.filter(pk=made.steps[name].dossier_id).update(
            status=9, finished_at=finished, due_at=on(16)
        )
    Dossier.objects.filter(pk=made.steps["sent back"].dossier_id).update(
        status=9, finished_at=on(18), due_at=on(16)
    )
    opened(town)
    rows = made.rows()
    late = {made.steps["late"].dossier_id, made.steps["sent back"].dossier_id}
    assert set(rows["officer"].items["late_dossiers"]) == late
    assert rows["head"].items["late_dossiers"] == [made.steps["sent back"].dossier_id]


def test_a_new_date_counts_for_who_had_the_dossier_when_it_was_asked_for(town, made):
    for day in (10, 18):  # in the official's hands, then in the colleague's
        Extension.objects.create(
            dossier_id=made.steps["given on"].dossier_id, state="granted", old_due_at=on(20),
            new_due_at=on(25), reason="Chờ", asked_at=on(day), asked_by=town.head,
            decided_at=on(19), decided_by=town.leader,
        )  # fmt: skip
    opened(town)
    rows = made.rows()
    assert [rows[key].figures["extensions"] for key in ("officer", "colleague", "head")] == [
        1, 1, 0,
    ]  # fmt: skip


def test_an_opinion_answered_after_its_day_is_late(town, made):
    for day in (9, 10, 11):
        Opinion.objects.create(
            dossier_id=made.steps["late"].dossier_id, unit=town.division, question="?",
            due_on=on(10).date(), asked_at=on(3), asked_by=town.head, answer="Đồng ý",
            answered_at=on(day, "16:00"), answered_by=town.officer,
        )  # fmt: skip
    opened(town)
    row = made.rows()["officer"]
    assert (row.figures["opinions"], row.figures["late_opinions"]) == (3, 1)


# --- the rules alone ---------------------------------------------------------------------------

RUN = Run(1, 1, 1, "process", PLANNED, on(3), on(13), 7, 7, "", "closed")


def spans(run, *changes):
    return {(s.person, s.since, s.left_at, s.is_done) for s in spans_of(run, changes)}


def test_a_step_without_log_was_in_the_hands_of_who_closed_it():
    assert spans(RUN) == {(7, on(3), on(13), True)}
    assert spans(replace(RUN, person=None)) == {(7, on(3), on(13), True)}


def test_who_ends_a_step_that_another_has_in_hand_had_it_for_that_moment_only():
    assert spans(replace(RUN, closed_by=9)) == {
        (7, on(3), on(13), False), (9, on(13), on(13), True),
    }  # fmt: skip


def test_who_gets_a_step_twice_had_it_since_the_last_time():
    changes = [Change(on(day), to, None, False) for day, to in ((3, 7), (5, 8), (9, 7))]
    assert spans(RUN, *changes) == {(7, on(9), on(13), True), (8, on(5), on(9), False)}


def test_changes_before_and_after_the_step_belong_to_other_steps():
    early, late = Change(on(2), 8, None, False), Change(on(13), 9, None, False)
    assert spans(RUN, early, late) == {(7, on(3), on(13), True)}


def test_what_is_taken_from_a_colleague_is_in_hand_since_then():
    taken = Change(on(11), 7, 8, True)
    assert (7, on(11), on(13), True) in spans(RUN, taken)


def test_a_step_without_a_share_of_the_limit_is_never_late():
    (span,) = spans_of(replace(RUN, planned_end=None), ())
    assert time_in_hand(span, lambda since: since) is None


def test_every_figure_has_its_rule_in_words():
    assert all(len(str(figure.rule)) > 20 for figure in FIGURES)
    assert len(FIGURE_OF) == len(FIGURES)


BOUNDS = [Bounds("excellent", 100, 1), Bounds("good", 95, 5), Bounds("fulfilled", 80, 20)]


@pytest.mark.parametrize(
    ("judged", "in_time", "given", "returned", "grade"),
    [
        (0, 0, 0, 0, Grade.NONE),
        (0, 0, 3, 0, Grade.NONE),  # all still in hand, in time
        (100, 100, 100, 1, Grade.EXCELLENT),
        (100, 100, 100, 2, Grade.GOOD),
        (20, 19, 20, 1, Grade.GOOD),  # 95 % exactly
        (21, 19, 21, 1, Grade.FULFILLED),  # 90.5 %
        (10, 8, 10, 2, Grade.FULFILLED),
        (100, 79, 100, 0, Grade.FAILED),
        (10, 10, 10, 3, Grade.FAILED),
    ],
)  # fmt: skip
def test_the_best_grade_whose_bounds_are_kept_is_proposed(judged, in_time, given, returned, grade):
    assert propose(Measures(judged, in_time, given, returned), BOUNDS).grade == grade


def test_a_proposal_says_what_kept_it_from_the_better_grade():
    found = propose(Measures(20, 19, 20, 1), BOUNDS)
    assert (found.reached, found.missed) == (BOUNDS[1], BOUNDS[0])


def test_a_month_ends_at_midnight_of_the_province():
    month = Month.of(dt.date(2026, 12, 31))
    assert timezone.localtime(month.end).isoformat() == "2027-01-01T00:00:00+07:00"
    assert month.before.first == dt.date(2026, 11, 1)
    assert Month.of(MARCH).last == dt.date(2026, 3, 31)
