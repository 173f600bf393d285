"""bin/test counts honestly, and the catalogues are compiled and checked."""

import os
import subprocess
from pathlib import Path

import polib
import pytest

from govit import checks, translations

ROOT = Path(__file__).resolve().parents[2]


def report(tmp_path, **counts) -> Path:
    numbers = " ".join(f'{key}="{value}"' for key, value in counts.items())
    path = tmp_path / "report.xml"
    path.write_text(f"<testsuites><testsuite {numbers}/></testsuites>")
    return path


def test_errors_count_as_failures(tmp_path):
    found = checks.count(report(tmp_path, tests=10, failures=1, errors=2, skipped=3))
    assert (found.passed, found.skipped, found.failed) == (4, 3, 3)


def test_a_run_that_wrote_no_report_counts_nothing(tmp_path):
    assert checks.count(tmp_path / "none.xml") == checks.Tally()


def test_the_last_line_names_failures_only_when_there_are_some():
    assert checks.Tally(5, 2).line(61.4) == "5 passed, 2 skipped in 61 s"
    assert checks.Tally(5, 2, 1).line(61.4) == "5 passed, 2 skipped in 61 s, 1 failed"


def test_static_checks_run_beside_the_tests_and_each_counts(monkeypatch, tmp_path, capsys):
    mark = tmp_path / "mark"
    ours = {"good": f"open({str(mark)!r}, 'w')", "bad": "print('because'); raise SystemExit(1)"}
    commands = {name: [checks.PYTHON, "-c", program] for name, program in ours.items()}
    monkeypatch.setattr(checks, "STATIC_CHECKS", commands)
    run = checks.Checks()
    with run.static():
        assert run.tally == checks.Tally()
    assert (run.tally, run.troubles) == (checks.Tally(passed=1, failed=1), ["bad"])
    assert mark.exists()
    assert "because" in capsys.readouterr().out


def test_compiled_tests_are_kept_whatever_the_shell_says(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in checks.environ_of_tests()


def test_the_second_postgresql_gets_every_file_that_speaks_to_it():
    chosen = checks.database_tests()
    assert {
        "tests/test_access.py", "tests/tenancy/test_walls.py", "tests/audit/test_seals.py",
        "tests/reports/test_stocks.py", "tests/onestop/test_races.py",
        "tests/onestop/test_list_indexes.py", "tests/organizations/test_role_migrations.py",
        "tests/papers/test_counters.py", "tests/tenancy/test_search.py",
    } <= set(chosen)  # fmt: skip
    assert not [name for name in chosen if name.startswith(("tests/common/", "tests/browser/"))]
    assert "tests/papers/test_form_words.py" not in chosen  # the control: words need no server


SEVERAL = """
import pytest

@pytest.fixture
def django_db_setup(): pass

@pytest.fixture
def db(django_db_setup): pass

@pytest.mark.parametrize("b", "xyz")
@pytest.mark.parametrize("a", "pq")
def test_on_the_database(db, a, b): pass

@pytest.mark.every_case
@pytest.mark.parametrize("a", "pqr")
def test_marked(db, a): pass

@pytest.mark.parametrize("a", ["p", "q", "r", pytest.param("s", marks=pytest.mark.slow)])
def test_with_a_slow_one(db, a): pass

@pytest.mark.parametrize("a", "pqr")
def test_pure(a): pass
"""


def test_few_cases_are_the_first_and_the_last_of_what_stands_on_the_database(tmp_path):
    (tmp_path / "test_several.py").write_text(SEVERAL)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  slow\n  every_case\n")
    command = [
        checks.PYTHON, "-m", "pytest", "-p", "tests.plugins.few_cases", "-p", "no:django",
        "-p", "no:randomly", "--few-cases", "--collect-only", "-q", "-m", "not slow", str(tmp_path),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = {line.partition("::")[2] for line in done.stdout.splitlines() if "::" in line}
    assert found == {
        "test_on_the_database[p-x]", "test_on_the_database[q-z]", "test_marked[p]",
        "test_marked[q]", "test_marked[r]", "test_with_a_slow_one[p]", "test_with_a_slow_one[r]",
        "test_pure[p]", "test_pure[q]", "test_pure[r]",
    }, done.stdout + done.stderr  # fmt: skip


COSTLY = """
import time
import pytest

def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass

@pytest.fixture(scope="module")
def shared(): burn(0.4)

@pytest.fixture
def own(): burn(0.4)

def test_cheap(shared): pass

def test_of_a_costly_fixture(own): pass

@pytest.mark.parametrize("seconds", [0, 0.4])
def test_of_a_costly_case(seconds): burn(seconds)
"""


def test_what_costs_much_is_noted_and_left_out(tmp_path):
    (tmp_path / "test_costs.py").write_text(COSTLY)
    (tmp_path / "pytest.ini").write_text("[pytest]")
    noted = tmp_path / "costly.txt"
    command = [
        checks.PYTHON, "-m", "pytest", "-p", "tests.plugins.costs", "-p", "no:django",
        "-p", "no:randomly", "-q", "--rootdir", str(tmp_path), "--costly", str(noted),
        str(tmp_path),
    ]  # fmt: skip
    subprocess.run([*command, "--note-costs"], cwd=ROOT, check=True, capture_output=True)
    names = [name.partition("::")[2] for name in noted.read_text().split()]
    assert names == ["test_of_a_costly_case", "test_of_a_costly_fixture"]
    done = subprocess.run(
        [*command, "--cheap"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert "1 passed, 3 deselected" in done.stdout


@pytest.fixture
def project(tmp_path):
    """One Python file with one message, and its catalogue."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "views.py").write_text('gettext("Return %(count)s results")\n')
    catalogue = tmp_path / translations.CATALOGUE
    catalogue.parent.mkdir(parents=True)
    return tmp_path


def translate(project, text: str, *flags: str) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    entry = polib.POEntry(msgid="Return %(count)s results", msgstr=text, flags=list(flags))
    catalogue.append(entry)
    catalogue.save(str(project / translations.CATALOGUE))


@pytest.mark.parametrize(
    ("text", "flags", "fault"),
    [
        ("", [], "not translated"),
        ("Trả %(count)s kết quả", ["fuzzy"], "fuzzy"),
        ("Trả kết quả", [], "fuzzy"),  # msgmerge itself sees that a placeholder is gone
    ],
)
def test_a_message_without_proper_vietnamese_is_named(project, text, flags, fault):
    translate(project, text, *flags)
    (found,) = translations.faults(project)
    assert fault in found
    assert "app/views.py" in found


@pytest.mark.parametrize(
    ("plural", "text", "faulty"),
    [
        ("", "Trả {count} kết quả", False),
        ("", "Trả kết quả", True),
        ("", "Trả {so} kết quả", True),
        ("Return {count} results", "Trả một kết quả", False),
    ],
)
def test_placeholders_are_those_of_the_original(plural, text, faulty):
    translated = {"msgstr_plural": {0: text}} if plural else {"msgstr": text}
    entry = polib.POEntry(msgid="Return {count} results", msgid_plural=plural, **translated)
    assert bool(list(translations.placeholder_faults(entry))) is faulty


def test_a_translated_project_has_no_fault(project):
    translate(project, "Trả %(count)s kết quả")
    assert translations.faults(project) == []


def test_a_message_that_is_missing_in_the_catalogue_is_named(project):
    translate(project, "Trả %(count)s kết quả")
    (project / "app" / "forms.py").write_text('gettext("Due date")\n')
    assert translations.faults(project) == ["app/forms.py: not translated: 'Due date'"]


def test_catalogues_are_compiled_once_and_again_after_a_change(project):
    translate(project, "Trả %(count)s kết quả")
    assert translations.compile_all(project) == 1
    assert translations.compile_all(project) == 0
    source = project / translations.CATALOGUE
    later = source.stat().st_mtime + 10
    os.utime(source, (later, later))
    assert translations.compile_all(project) == 1


@pytest.mark.parametrize("name", ["demo", "test", "lock", "tour", "backup", "restore"])
def test_the_commands_are_executable_and_bash_can_read_them(name):
    path = ROOT / "bin" / name
    assert os.access(path, os.X_OK)
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0


@pytest.mark.parametrize(
    "arguments", [["--port"], ["--port", "http"], ["--schnell"], ["--port=x"], ["extra"]]
)
def test_bad_arguments_of_the_demo_are_refused_before_anything_is_installed(arguments):
    done = subprocess.run([ROOT / "bin" / "demo", *arguments], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.decode() == "usage: bin/demo [--port N] [--reset] [--fast]\n"


def test_locked_requirements_name_no_addresses_and_have_hashes():
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text()
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
        assert pinned
        assert text.count("--hash=sha256:") >= len(pinned)
