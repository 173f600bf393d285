""" "If I hand it in now, when will I get it?": the same clock as the dossier's own."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.working_time import LOCAL
from onestop.models import ProcedureChannel
from onestop.queries.hand_in import hand_in_now
from organizations.models import WorkPattern
from tenancy.scope import tenant_scope
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.dossiers import make_dossier

FRIDAY = dt.datetime(2026, 3, 6, 10, 0, tzinfo=LOCAL)
MORNINGS = [["08:00-11:00"]] * 5 + [[], []]
PATH = "/thu-tuc/1.000001/"
QUERIES = 12


def answers(procedure, now, units=(), chosen=None):
    channels = list(ProcedureChannel.objects.filter(version=procedure.current_version))
    return hand_in_now(channels, [unit.pk for unit in units], chosen, now)


def moment_and_rule(procedure, now, **more):
    (answer,) = answers(procedure, now, **more).appointments
    return f"{answer.due.at:%d/%m %H:%M}", " ".join(answer.rule)


def short_week(unit):
    return WorkPattern.objects.create(unit=unit, sessions=MORNINGS, valid_from=dt.date(2025, 1, 1))


def test_a_dossier_handed_in_then_gets_that_very_date(scope, town):
    for code, limit, unit in (
        ("1.000001", "3", "working_days"), ("1.000002", "10", "days"), ("1.000003", "1", "months"),
        ("1.000004", "6", "hours"), ("1.000005", "0", "same_day"),
    ):  # fmt: skip
        procedure = make_procedure(code, limit=limit, unit=unit, units=[town.agency])
        told = answers(procedure, FRIDAY, units=[town.agency]).appointments[0].due.at
        made = make_dossier(town, procedure.current_version, at=FRIDAY)
        assert made.due_at == told, code


@pytest.mark.parametrize(
    ("limit", "unit", "moment", "words"),
    [
        ("3", "working_days", "11/03 10:00", "Working days are counted from the day after"),
        ("2", "days", "09/03 10:00", "Every day is counted"),
        ("6", "hours", "09/03 08:30", "Only the hours in which the office is open"),
        ("0", "same_day", "06/03 17:00", "by the end of that working day"),
    ],
)
def test_the_rule_is_said_in_words(scope, town, limit, unit, moment, words):
    procedure = make_procedure(limit=limit, unit=unit, units=[town.agency])
    found, rule = moment_and_rule(procedure, FRIDAY)
    assert found == moment
    assert words in rule


def test_after_closing_the_time_runs_from_the_next_opening(scope, town):
    procedure = make_procedure(limit="0", unit="same_day", units=[town.agency])
    found, rule = moment_and_rule(procedure, FRIDAY.replace(hour=19))
    assert found == "09/03 17:00"
    assert "The office is closed now; the time runs from 07:30 09/03/2026." in rule


def test_after_the_cut_off_the_time_runs_from_the_next_working_day(scope, town):
    procedure = make_procedure(limit="0", unit="same_day", units=[town.agency])
    ProcedureChannel.objects.update(cutoff=dt.time(15))
    assert moment_and_rule(procedure, FRIDAY.replace(hour=15))[0] == "06/03 17:00"
    found, rule = moment_and_rule(procedure, FRIDAY.replace(hour=15, minute=30))
    assert found == "09/03 17:00"
    assert "It is after 15:00; the time runs from 07:30 09/03/2026." in rule


def test_a_unit_is_chosen_only_where_hours_differ(scope, town):
    units = [town.agency, town.commune]
    procedure = make_procedure(limit="0", unit="same_day", units=units)
    assert not answers(procedure, FRIDAY, units).must_choose
    short_week(town.commune)
    scope.memory.clear()
    usual = answers(procedure, FRIDAY, units)
    assert usual.must_choose
    assert usual.unit_id is None
    assert usual.appointments[0].due.at.hour == 17
    commune = answers(procedure, FRIDAY, units, town.commune.pk)
    assert commune.unit_id == town.commune.pk
    assert commune.appointments[0].due.at.hour == 11
    assert answers(procedure, FRIDAY, units, town.other_agency.pk) == usual


def test_the_only_competent_unit_need_not_be_chosen(scope, town):
    procedure = make_procedure(limit="0", unit="same_day", units=[town.commune])
    short_week(town.commune)
    found = answers(procedure, FRIDAY, [town.commune])
    assert not found.must_choose
    assert found.appointments[0].due.at.hour == 11


def test_the_page_asks_for_the_unit_and_answers_for_it(client, province, town):
    with tenant_scope(province):
        make_procedure(units=[town.agency, town.commune])
    assert "don-vi" not in client.get(PATH).text
    with tenant_scope(province):
        short_week(town.commune)
    for wanted in ("", "abc", "²", "9" * 30, str(town.other_agency.pk)):
        page = client.get(PATH, {"don-vi": wanted})
        assert page.status_code == 200
        assert "selected" not in page.text
    page = client.get(PATH, {"don-vi": str(town.commune.pk)})
    assert f'value="{town.commune.pk}" selected' in page.text


def test_a_procedure_without_a_limit_says_so(client, province, town):
    with tenant_scope(province):
        make_procedure(units=[town.agency])
        ProcedureChannel.objects.all().delete()
    page = client.get(PATH, headers={"accept-language": "en"})
    assert page.context["hand_in"].appointments == ()
    assert "<strong>" not in page.text.split('id="khi-nao"')[1].split("</section>")[0]


def test_the_page_costs_the_same_for_one_unit_and_for_many(client, province, town):
    with tenant_scope(province):
        make_procedure(units=[town.agency])
        make_procedure(
            "1.000002",
            units=[town.agency, town.other_agency, town.commune, town.root, town.division],
        )
    costs = []
    for path in (PATH, PATH, "/thu-tuc/1.000002/"):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        costs.append(len(seen))
    assert costs[1:] == [QUERIES, QUERIES]


def test_what_holds_for_every_way_to_submit_is_said_once(client, province, town):
    with tenant_scope(province):
        version = make_procedure(units=[town.agency]).current_version
        for channel in (2, 3):
            ProcedureChannel.objects.create(
                version=version, channel=channel, limit_amount=5, limit_unit="working_days"
            )
    page = client.get(PATH)
    assert page.text.count(str(page.context["hand_in"].shared[-1])) == 1
    own = {each.channel.channel: words for each, words in page.context["hand_in"].rows}
    assert own[1] == own[2] == []
    assert len(own[3]) == 1  # by post: from the day when the letter arrives
