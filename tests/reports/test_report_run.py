"""`manage.py report_run`: a fixed header, the same twice, one sentence for what is wrong."""

import csv
import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from reports.services import cells
from tenancy.scope import tenant_scope
from tests.reports.invented import Inventor

HEADER = "code,name,c3,c4,c5,c6,c7,c8,c9,c10,c11,c12,c13"


def run(*more, first=None, last=None, by="agency"):
    out = io.StringIO()
    last = last or timezone.localdate()
    first = first or last - dt.timedelta(days=30)
    call_command(
        "report_run", "II.06a", "--province", "H32", "--from", str(first), "--to", str(last),
        "--by", by, "--format", "csv", *more, stdout=out,
    )  # fmt: skip
    return out.getvalue()


@pytest.fixture
def dossiers(province, town):
    with tenant_scope(province):
        Inventor(town, 11).write(80)
        cells.note_everything()
    return town


@pytest.mark.parametrize("by", ["agency", "field"])
def test_it_prints_the_same_from_the_dossiers_and_from_the_summaries(province, dossiers, by):
    before = run(by=by)
    assert before.splitlines()[0] == HEADER
    with tenant_scope(province):
        cells.settle_all()
    assert run("--source", "summaries", by=by) == run("--source", "live", by=by) == before
    for row in csv.DictReader(io.StringIO(before)):
        assert int(row["c3"]) == int(row["c7"]) + int(row["c11"])


def test_a_past_month_is_the_same_when_it_is_run_again_later(province, dossiers):
    last = timezone.localdate() - dt.timedelta(days=40)
    before = run(last=last)
    with tenant_scope(province):
        Inventor(dossiers, 12, days=1).write(20)
    assert run(last=last) == before


def test_one_unit_alone(dossiers):
    rows = list(csv.DictReader(io.StringIO(run("--unit", dossiers.agency.code))))
    assert [row["code"] for row in rows] == [dossiers.agency.code]
    whole = {row["code"]: row for row in csv.DictReader(io.StringIO(run()))}
    assert rows[0] == whole[dossiers.agency.code]


TODAY = timezone.localdate()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"first": "2026-10-31", "last": "2026-10-01"}, "before it begins"),
        ({"last": TODAY + dt.timedelta(days=1), "first": TODAY}, "has not come yet"),
        ({"first": "2026-02-30", "last": "2026-03-31"}, "there is no day 2026-02-30"),
        ({"first": "1/10/2026", "last": "2026-10-31"}, "is not a day"),
        ({"first": "0001-01-01", "last": "2026-10-31"}, "before 2000-01-01"),
        ({"first": "2020-01-01", "last": "2026-10-31"}, "more than 1827 days"),
        ({"by": "person"}, "invalid choice"),
    ],
)
@pytest.mark.django_db
def test_a_wrong_period_is_one_sentence_and_exit_2(capsys, options, words):
    with pytest.raises(SystemExit) as stop:
        run(**options)
    told = capsys.readouterr()
    assert stop.value.code == 2
    assert told.out == ""
    assert told.err.startswith("report_run: ")
    assert words in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("unknown", [("--province", "H99"), ("--unit", "H32.999")])
def test_an_unknown_province_or_unit_is_one_sentence(province, capsys, unknown):
    with pytest.raises(SystemExit):
        run(*unknown)
    assert "there is no" in capsys.readouterr().err
