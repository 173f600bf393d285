"""Commands for machines: bad arguments get one sentence on standard error and exit 2."""

import pytest
from django.core.management import ManagementUtility

CASES = [
    ["verify_audit"],
    ["verify_audit", "--province", "X"],
    ["verify_audit", "--province", "H32", "--head", "zz"],
    ["demo_facts", "--port", "1"],
    ["demo_accounts", "more"],
    ["load_calendar", "--province", "X"],
    ["due_date"],
    ["import_procedures"],
    ["ranking_dry_run"],
    ["ranking_dry_run", "--framework", "/nowhere", "--scores", "/nowhere", "--output", "/nowhere"],
    ["ranking_dry_run", "--framework", "/", "--scores", "/", "--output", "/"],
    ["ranking_dry_run", "--framework", __file__, "--scores", __file__, "--output", "/x/y", "--z"],
    ["import_procedures", __file__, "--province", "X"],
    ["import_procedures", "/nowhere.csv", "--province", "H32"],
    ["import_procedures", __file__, "--province", "H32", "--valid-from", "31/02/2026"],
    ["import_processes", "/", "--province", "H32"],
]


@pytest.mark.parametrize("words", CASES, ids=" ".join)
def test_bad_arguments_get_one_sentence_and_exit_2(db, capsys, words):
    with pytest.raises(SystemExit) as left:
        ManagementUtility(["manage.py", *words]).execute()
    printed = capsys.readouterr()
    assert left.value.code == 2
    assert printed.out == ""
    assert printed.err.startswith(f"{words[0]}: ")
    assert printed.err.count("\n") == 1
    assert printed.err.endswith(".\n")


@pytest.mark.parametrize("name", ["demo_facts", "demo_accounts"])
def test_outside_the_demo_nothing_of_it_is_printed(db, capsys, settings, name):
    settings.GOVIT_DEMO = False
    with pytest.raises(SystemExit) as left:
        ManagementUtility(["manage.py", name]).execute()
    printed = capsys.readouterr()
    assert left.value.code == 2
    assert printed.out == ""
    assert "not a demo" in printed.err
