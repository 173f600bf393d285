"""`manage.py due_date`: one moment on standard output, or one sentence and exit 2."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import ManagementUtility, call_command

from common.working_time import Session, WeekPattern
from organizations.calendars import load_holidays
from organizations.models import WorkPattern
from tenancy.models import Province
from tenancy.scope import tenant_scope

EARLY = WeekPattern((*((Session(dt.time(6), dt.time(10)),),) * 5, (), ()))


@pytest.fixture
def run(province, capsys):
    """Run the command as the shell does; gives (standard output, standard error, exit code)."""
    with tenant_scope(province):
        load_holidays()

    def due_date(line):
        code = 0
        try:
            ManagementUtility(["manage.py", "due_date", *line.split()]).execute()
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return captured.out, captured.err, code

    return due_date


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ("2026-04-23T10:00 --limit 3 --unit working_days", "2026-04-29T10:00:00+07:00"),
        ("2026-08-21T09:00 --limit 1 --unit working_days", "2026-08-22T09:00:00+07:00"),
        ("2026-02-13T16:00 --limit 2 --unit working_days", "2026-02-24T16:00:00+07:00"),
        ("2026-11-23T14:00 --limit 1 --unit working_days", "2026-11-25T14:00:00+07:00"),
        ("2026-03-02T10:00 --limit 0,5 --unit working_days", "2026-03-02T15:45:00+07:00"),
        ("2026-03-02T10:00 --limit 0.5 --unit working_days", "2026-03-02T15:45:00+07:00"),
        ("2026-03-06T16:30 --limit 450 --unit minutes", "2026-03-09T16:30:00+07:00"),
        ("2026-03-06T16:30 --limit 7,5 --unit hours", "2026-03-09T16:30:00+07:00"),
        ("2026-03-05T10:00 --limit 2 --unit days", "2026-03-09T10:00:00+07:00"),
        ("2026-01-31T10:00 --limit 1 --unit months", "2026-03-02T07:30:00+07:00"),
        ("2026-03-02T10:00 --unit same_day", "2026-03-02T17:00:00+07:00"),
        ("2026-03-02T15:30 --limit 0 --unit same_day --cutoff 15:00", "2026-03-03T17:00:00+07:00"),
        ("2026-04-23T03:00Z --limit 3 --unit working_days", "2026-04-29T10:00:00+07:00"),
        ("2026-04-23T05:00+02:00 --limit 3 --unit working_days", "2026-04-29T10:00:00+07:00"),
        ("2026-04-23T10:00 --limit 3 --unit working_days --province H44",
         "2026-04-28T10:00:00+07:00"),
    ],
)  # fmt: skip
def test_it_prints_one_moment_and_nothing_else(run, arguments, answer):
    assert run(f"--at {arguments}") == (f"{answer}\n", "", 0)


def test_it_counts_by_the_sessions_of_the_unit(run, province, town):
    with tenant_scope(province):
        WorkPattern.objects.create(
            unit=town.agency, sessions=EARLY.as_data(), valid_from=dt.date(2026, 1, 1)
        )
    line = f"--at 2026-03-02T09:00 --limit 2 --unit hours --unit-code {town.division.code}"
    assert run(line) == ("2026-03-03T07:00:00+07:00\n", "", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "--at 2026-04-23T10:00",
        "--at 2026-04-23T10:00 --unit working_days",
        "--at 2026-04-23T10:00 --limit 3 --unit weeks",
        "--at 2026-04-23T10:00 --limit -3 --unit days",
        "--at 2026-04-23T10:00 --limit -0,5 --unit working_days",
        "--at 2026-04-23T10:00 --limit 0,5 --unit days",
        "--at 2026-04-23T10:00 --limit 1.000,5 --unit days",
        "--at 2026-04-23T10:00 --limit NaN --unit hours",
        "--at 2026-04-23T10:00 --limit 1e3 --unit hours",
        "--at 2026-04-23T10:00 --limit 999999999 --unit working_days",
        "--at 2026-04-23T10:00 --limit 1 --unit same_day",
        "--at 2026-04-23 --limit 1 --unit days",
        "--at 2026-02-30T10:00 --limit 1 --unit days",
        "--at 2026-04-23T25:00 --limit 1 --unit days",
        "--at 9999-12-31T10:00 --limit 1 --unit months",
        "--at 9999-12-31T23:00Z --limit 1 --unit days",
        "--at 0001-01-01T00:00+14:00 --limit 1 --unit days",
        "--at tomorrow --limit 1 --unit days",
        "--at 2026-04-23T10:00 --limit 1 --unit days --cutoff 3pm",
        "--at 2026-04-23T10:00 --limit 1 --unit days --province H99",
        "--at 2026-04-23T10:00 --limit 1 --unit days --unit-code H32.999",
        "--at 2026-04-23T10:00 --limit 1 --unit days --colour red",
        "--at 2026-04-23T10:00 --limit 1 --unit days 7",
    ],
)
def test_bad_arguments_get_one_sentence_and_exit_2(run, arguments):
    out, err, code = run(arguments)
    assert (out, code) == ("", 2)
    assert err.startswith("due_date: ")
    assert err.endswith(".\n")
    assert err.count("\n") == 1


def test_the_holidays_can_be_loaded_for_every_province_again_and_again(
    province, other_province, capsys
):
    call_command("load_calendar", province="H44")
    assert capsys.readouterr().out == "H44: 61 dates added.\n"
    call_command("load_calendar")
    # every province there is: tests of the walls leave some of their own
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == Province.objects.count()
    assert {"H32: 61 dates added.", "H44: 0 dates added."} <= set(lines)
    with pytest.raises(SystemExit):
        call_command("load_calendar", province="H99")
