"""The half year as it stood on its last day: whatever is done with its work afterwards."""

import pytest

from directives.services import handling, steering
from documents.services import directing
from documents.services import handling as working
from documents.services.directing import Receiver
from documents.states import Part
from onestop.models import Dossier, Opinion
from organizations.rulesets import rules
from reports.queries.evaluation_people import crew_of
from reports.queries.quality_facts import WORKERS, facts_of, of_unit
from reports.queries.statements import Places
from reports.rules_evaluation import Month
from reports.rulesets import QUALITY
from reports.services import task_snapshots
from tenancy.scope import tenant_scope
from tests.directives.office import make_office
from tests.documents.desks import entered
from tests.people import make_person
from tests.reports.evaluated import LONG_BEFORE, appraisal, in_office
from tests.reports.test_task_snapshots import Play, day, on

HALVES = {1: (day(1, 1), day(6, 30)), 2: (day(7, 1), day(12, 31))}


@pytest.fixture
def play(province, town):
    with tenant_scope(province):
        office = make_office(town)
        in_office()
        yield Play(office)


def half(play, number=1):
    """The people of the agency, and how every piece of theirs stood."""
    month = Month.spanning(*HALVES[number])
    crew = crew_of(play.town.agency, month, Places(), WORKERS)
    return crew, facts_of(crew, month)


def told(pieces):
    return [(piece.id, piece.how, piece.due, piece.done) for piece in pieces]


def test_what_is_done_with_tasks_afterwards_changes_nothing_and_counts_in_the_next_half(play):
    town, chairman = play.town, play.office.chairman
    other = make_person("official", town.division, valid_from=LONG_BEFORE)
    dues = {"named": (5, 20), "stopped": (5, 20), "again": (6, 8), "waits": (6, 20)}
    made = {name: play.give(5, 4, day(*due)) for name, due in dues.items()}
    for pk in made.values():
        play.accept(pk, 5, 5)
    play.finish(made["again"], 6, 8)
    play.report(made["waits"], 6, 18)
    unnamed = play.give(5, 4, day(5, 20), town.division)

    play.at(7, 2, handling.name_person, made["named"], actor=town.leader, person_id=other.pk)
    play.at(7, 2, steering.suspend, made["stopped"], actor=chairman, reason="Chờ")
    play.at(7, 2, steering.reopen, made["again"], actor=chairman, reason="Thiếu", due_on=day(7, 9))
    play.confirm(made["waits"], 7, 3)
    crew, found = half(play)
    assert told(found.people[town.officer.pk]) == [
        (made["named"], "overdue", "2026-05-20", ""),
        (made["stopped"], "overdue", "2026-05-20", ""),
        (made["again"], "on_time", "2026-06-08", "2026-06-08"),
        (made["waits"], "open", "2026-06-20", ""),  # its day is what it is
    ]
    assert other.pk not in found.people
    assert told(found.units[town.division.pk]) == [(unnamed, "overdue", "2026-05-20", "")]
    # The signed statement of the second quarter says the same of the agency and its division
    report = play.at(
        7, 4, task_snapshots.make, play.office.root.pk, actor=play.office.follower,
        kind="quarterly", day=day(5, 4),
    )  # fmt: skip
    whole = of_unit(crew, found, town.agency.pk, rules(QUALITY, day(6, 30)).thresholds())
    figures = [row["figures"] for row in report.rows]
    assert [whole.done, whole.overdue, whole.judged] == [
        sum(each[part] for each in figures) for part in ("done", "overdue", "assigned")
    ]

    later = {pk: rest for pk, *rest in told(half(play, 2)[1].people[town.officer.pk])}
    assert later[made["waits"]] == ["early", "2026-06-20", "2026-06-18"]
    assert made["stopped"] not in later


def test_documents_stay_with_who_had_them_and_count_for_the_unit_while_nobody_has(play):
    town = play.town
    other = make_person("official", town.division, valid_from=LONG_BEFORE)
    lying, passed, longer, taken = (
        play.at(3, 2, entered, town, reference=f"{n}/CT-UBND") for n in range(4)
    )
    for incoming in (lying, passed, longer, taken):
        play.at(
            3, 2, directing.direct, incoming.pk, actor=town.leader, opinion="",
            receivers=[Receiver(Part.LEAD, town.division.pk)], due_on=day(5, 20),
        )  # fmt: skip
    of = {each: each.assignments.get() for each in (lying, passed, longer, taken)}
    for each in (passed, longer):
        play.at(3, 3, directing.pass_on, of[each].pk, actor=town.head, person_id=town.officer.pk)

    play.at(7, 2, directing.pass_on, of[passed].pk, actor=town.head, person_id=other.pk)
    play.at(7, 2, working.take_up, of[taken].pk, actor=other)
    play.at(
        7, 2, directing.direct, longer.pk, actor=town.leader, opinion="Thêm",
        receivers=[Receiver(Part.LEAD, town.division.pk)], due_on=day(8, 20),
    )  # fmt: skip
    _crew, found = half(play)
    late = ("overdue", "2026-05-20", "")
    assert told(found.people[town.officer.pk]) == [(of[passed].pk, *late), (of[longer].pk, *late)]
    assert told(found.units[town.division.pk]) == [(of[lying].pk, *late), (of[taken].pk, *late)]
    assert other.pk not in found.people


def test_opinions_count_for_who_gave_them_and_for_the_unit_that_owes_them(play):
    town = play.town
    dossier = appraisal(town, opened=on(3, 2)).dossier

    def asked(due, **more):
        return Opinion.objects.create(
            dossier=dossier, unit=town.division, question="?", due_on=due, asked_by=town.clerk,
            asked_at=on(3, 2), **more,
        ).pk  # fmt: skip

    given = {"answer": "Có", "answered_by": town.officer}
    late = asked(day(3, 9), answered_at=on(3, 12), **given)
    owed = asked(day(3, 9), answered_at=on(7, 2), **given)
    waits = asked(day(7, 9))
    _crew, found = half(play)
    assert told(found.people[town.officer.pk]) == [(late, "late", "2026-03-09", "2026-03-12")]
    waits = (waits, "open", "2026-07-09", "")
    assert told(found.units[town.division.pk]) == [(owed, "overdue", "2026-03-09", ""), waits]
    Dossier.objects.update(
        closed_at=on(5, 4), finished_at=on(5, 4), status=3
    )  # nobody needs it any more
    assert [piece.id for piece in half(play)[1].units[town.division.pk]] == [owed]
