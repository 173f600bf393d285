"""An agency merged away in the middle of a half year: who is classed where, by which work; what
the statement of tasks says of both."""

import datetime as dt

import pytest
import time_machine

from common.days import start_of
from common.errors import DomainError
from directives.models import Directive, DueDate, Task
from directives.services import giving
from directives.services.giving import Source, Wish
from directives.states import Origin
from documents.models import Assignment
from organizations.models import Position, User
from organizations.services.mergers import merge_unit
from reports.forms_quality import OpenForm
from reports.models import QualityRound, QualitySheet, Tier
from reports.periods import span_of
from reports.queries.task_history import counted_of
from reports.services import quality, task_snapshots
from reports.services.quality_ground import heads_of, may_judge
from tenancy.scope import required_scope, tenant_scope
from tests.directives.office import make_office
from tests.people import make_person, make_town
from tests.reports.classed import (
    DAY,
    DOCUMENTS,
    OPINIONS,
    STEPS,
    TASKS,
    finish,
    half_year,
    logged,
    opened,
    sheets,
)
from tests.reports.evaluated import LONG_BEFORE, in_office, on
from tests.reports.test_task_snapshots import Play


def stand():
    """As in `classed`, and what the leader of the agency did there himself."""
    found = half_year(make_town())
    town = found.town
    Assignment.objects.filter(ending="withdrawn").update(
        person=town.leader, unit=town.agency, ended_by=town.leader, ending="done"
    )
    directive = Directive.objects.get()
    task = Task.objects.create(
        directive=directive, unit=town.root, giver=directive.giver, lead=town.agency,
        person=town.leader, content="Báo cáo", given_on=DAY, given_at=on(2),
        due_on=DAY.replace(day=20), status="closed", accepted_at=on(2), closed_at=on(12),
        completed_on=DAY.replace(day=10), judged_due_on=DAY.replace(day=20),
    )  # fmt: skip
    DueDate.objects.create(task=task, kind="given", due_on=task.due_on, from_on=DAY, at=on(2),
                           by=directive.giver)  # fmt: skip
    logged(task, "in_work", on(2))
    finish(task, on(12), make_person("province_leader", town.root))
    return town


@pytest.fixture
def town(standing):
    return standing


def merge(town, day, recorded=None):
    """The agency ends on the day; recorded the morning after unless said otherwise."""
    known = recorded or day + dt.timedelta(days=1)
    with time_machine.travel(on(known.day, month=known.month), tick=False):
        merge_unit(town.agency.pk, town.other_agency.pk, actor=town.superuser, on=day, reason="NQ")
    town.agency.refresh_from_db()
    required_scope().memory.clear()  # the next request reads the tree anew


def counted():
    """Of each person the figures and the unit of his sheet."""
    found = sheets().values()
    return {sheet.person_id: (sheet.counts, sheet.unit_id, sheet.tier) for sheet in found}


def open_for(unit):
    return quality.open_rounds(
        unit.pk, actor=User.objects.get(username="noivu"), period="half_year", day=DAY,
        comment_until=dt.date(2100, 1, 1),
    )  # fmt: skip


def test_the_successor_classes_the_people_by_all_their_work_of_the_half_year(province, town):
    with tenant_scope(province):
        merge(town, dt.date(2026, 4, 29))
        with pytest.raises(DomainError, match=town.other_agency.name):
            open_for(town.agency)
        open_for(town.other_agency)
        found = counted()
        own = {"dossiers": STEPS, "documents": DOCUMENTS, "tasks": TASKS, "opinions": OPINIONS}
        assert found[town.officer.pk] == (own, town.division.pk, Tier.OFFICIAL)
        leader, unit, tier = found[town.leader.pk]
        assert (unit, tier) == (town.other_agency.pk, Tier.LEADER)
        assert (leader["tasks"]["early"], leader["documents"]["late"]) == (1, 1)
        whole = sheets()[town.leader.pk].of_unit
        assert whole.late >= STEPS["late"] + 1  # what its people did before is the successor's


def test_a_merger_of_the_half_year_that_is_recorded_after_it_leaves_nobody_out(province, town):
    with tenant_scope(province):
        merge(town, dt.date(2026, 6, 19), recorded=dt.date(2026, 7, 3))
        open_for(town.other_agency)
        found = sheets()
        assert {town.officer.pk, town.head.pk, town.leader.pk} <= set(found)
        assert found[town.officer.pk].counts["dossiers"] == STEPS
        assert found[town.leader.pk].of_unit.late >= STEPS["late"] + 1


def test_who_left_the_old_body_before_it_was_merged_is_classed_by_a_head_of_the_new(province, town):
    """He has no place below the successor: his position ended in the body that is closed."""
    with tenant_scope(province):
        gone = make_person("official", town.agency, valid_from=LONG_BEFORE)
        boss = make_person("leader", town.other_agency, valid_from=LONG_BEFORE)
        Position.objects.filter(user=gone).update(valid_to=dt.date(2026, 3, 31))
        merge(town, dt.date(2026, 4, 29))
        open_for(town.other_agency)
        sheet = sheets()[gone.pk]
        assert sheet.unit == town.other_agency
        assert boss in heads_of(sheet.round, [sheet])
        assert may_judge(sheet.round, sheet, boss)
        assert QualitySheet.objects.visible_to(boss, "assess_people").filter(pk=sheet.pk).exists()


def test_who_is_merged_away_after_the_period_is_classed_where_the_work_was_done(province, town):
    with tenant_scope(province):
        (*_leaders, staff) = sorted(opened(town), key=lambda found: found.kind)
        before = counted()
        merge(town, dt.date(2026, 7, 14))
        assert not quality.recount(staff.pk, actor=User.objects.get(username="noivu")).moved
        assert counted() == before
        QualityRound.objects.all().delete()
        choices = dict(OpenForm(user=User.objects.get(username="noivu")).fields["unit"].choices)
        assert "14/07/2026" in choices[town.agency.pk]
        open_for(town.agency)
        assert counted() == before
        QualityRound.objects.all().delete()
        open_for(town.other_agency)
        assert town.officer.pk not in counted()


def test_a_statement_of_tasks_names_the_merger_and_gives_each_its_own(province, town):
    with tenant_scope(province):
        play = Play(make_office(town))
        in_office()
        days = {"done": dt.date(2026, 3, 20), "goes on": dt.date(2026, 3, 25),
                "overdue": dt.date(2026, 3, 10)}  # fmt: skip
        made = {name: play.give(2, 10, due) for name, due in days.items()}
        for pk in made.values():
            play.accept(pk, 2, 11)
        play.finish(made["done"], 3, 5)
        merge(town, dt.date(2026, 3, 15))
        play.finish(made["goes on"], 3, 20)
        rows = {row["code"]: row for row in report(play, 3).rows}
        old, new = rows[town.agency.code], rows[town.other_agency.code]
        early = [Task.objects.get(person=town.leader).pk, made["done"]]
        assert (old["tasks"]["early"], old["tasks"]["overdue"]) == (early, [])
        assert new["tasks"]["early"] == [made["goes on"]]
        assert new["tasks"]["overdue"] == [made["overdue"]]
        assert sorted(new["tasks"]["opening"]) == sorted([made["goes on"], made["overdue"]])
        assert "16/03/2026" in old["name"]
        assert town.other_agency.name in old["name"]
        assert new["name"] == town.other_agency.name
        # The month before knows nothing of it
        assert [row["name"] for row in report(play, 2).rows] == [town.agency.name]


def test_a_statement_of_who_was_merged_away_has_the_tasks_that_it_gave(province, town):
    """What is open goes to the successor, who gave none of it before."""
    with tenant_scope(province):
        play = Play(make_office(town))
        in_office()
        source = Source(Origin.CONCLUSION, "Giao ban", dt.date(2026, 2, 10), town.leader.pk)
        wish = Wish("Rà soát", town.division.pk, due_on=dt.date(2026, 4, 20))
        (task,) = play.at(
            2, 10, giving.give, source, [wish], actor=town.leader, unit_id=town.agency.pk
        )
        months = {month: given(town, month) for month in (2, 3)}
        assert months[2] == ([task.pk], [])
        merge(town, dt.date(2026, 3, 15))
        assert given(town, 2) == months[2]
        assert given(town, 3) == ([], [task.pk])


def given(town, month):
    """The tasks that the statements of a month name, of the merged body and of its successor."""
    period = span_of("monthly", dt.date(2026, month, 1))
    moments = start_of(period.first), start_of(period.after) - task_snapshots.MOMENT
    return tuple(
        [each.pk for each in counted_of(unit.pk, *moments, period.last)]
        for unit in (town.agency, town.other_agency)
    )


def report(play, month):
    return task_snapshots.make(
        play.office.root.pk, actor=play.office.follower, kind="monthly", day=dt.date(2026, month, 1)
    )  # fmt: skip
