"""Values from the process and from var/env, and the sentences when a database is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from govit import environment
from govit.embedded import fonts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "env"
    environment.write(path, {"DATABASE_URL": "postgresql:///demo", "GOVIT_DEMO": "1", "A": "b=c d"})
    return path


@pytest.fixture
def no_variables(monkeypatch):
    for key in list(os.environ):
        if key.startswith(("DATABASE_", "GOVIT_", "REDIS_")) or key == "A":
            monkeypatch.delenv(key)
    before = dict(os.environ)
    yield
    for key in set(os.environ) - set(before):
        del os.environ[key]


def test_the_file_is_for_its_owner_alone_and_reads_back(file):
    assert file.stat().st_mode & 0o777 == 0o600
    assert environment.read(file)["A"] == "b=c d"


def test_a_line_break_in_a_value_is_refused_because_it_would_make_a_second_value(tmp_path):
    with pytest.raises(ValueError, match="line break"):
        environment.write(tmp_path / "env", {"A": "1\nGOVIT_DEMO=1"})


def test_what_the_process_has_wins(file, no_variables, monkeypatch):
    monkeypatch.setenv("A", "mine")
    environment.load(file)
    assert os.environ["A"] == "mine"
    assert os.environ["GOVIT_DEMO"] == "1"
    assert os.environ["DATABASE_URL"] == "postgresql:///demo"


def test_addresses_of_two_databases_are_never_mixed(file, no_variables, monkeypatch):
    environment.write(file, {"DATABASE_URL": "demo", "DATABASE_OWNER_URL": "demo-owner"})
    monkeypatch.setenv("DATABASE_URL", "mine")
    environment.load(file)
    assert "DATABASE_OWNER_URL" not in os.environ


def test_no_file_is_no_error(tmp_path, no_variables):
    environment.load(tmp_path / "nothing")
    assert "DATABASE_URL" not in os.environ


def test_the_libraries_of_the_demo_come_before_those_of_the_shell(file, monkeypatch):
    environment.write(file, {"LD_LIBRARY_PATH": "/p/var/sysroot"})
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/x")
    assert environment.libraries(file) == "/p/var/sysroot:/opt/x"
    monkeypatch.setenv("LD_LIBRARY_PATH", "/p/var/sysroot:/opt/x")
    assert environment.libraries(file) is None


@pytest.mark.parametrize(
    "arguments",
    [[], ["help"], ["migrate", "--help"], ["makemigrations", "--check"], ["compilemessages"]],
)
def test_some_commands_need_no_database(arguments):
    assert not environment.needs_database(arguments)


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_database_that_does_not_answer_is_one_sentence_and_exit_2():
    done = manage("migrate", DATABASE_URL="postgresql://a@/portal?host=/nonexistent")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "The database of DATABASE_URL does not answer.\n"


def test_a_demo_that_does_not_run_is_one_sentence(file, no_variables, monkeypatch):
    address = "postgresql://a@/portal?host=/nonexistent"
    environment.write(file, {"DATABASE_URL": address})
    environment.load(file)
    said = environment.database_problem(["migrate"], file)
    assert said == "The demo is not running: start it with bin/demo."


def test_no_database_at_all_is_one_sentence(no_variables, tmp_path):
    said = environment.database_problem(["migrate"], tmp_path / "nothing")
    assert said == "No database: start the demo with bin/demo, or set DATABASE_URL."


def test_a_running_database_is_no_problem():
    assert environment.database_problem(["migrate"]) is None


def test_the_font_configuration_survives_odd_folder_names(tmp_path):
    root = tmp_path / "a & b"
    (root / "var").mkdir(parents=True)
    fonts.write(root, "")
    assert "a &amp; b" in (root / "var" / "fonts.conf").read_text()
    assert environment.read(root / "var" / "pdf.env") == {
        "FONTCONFIG_FILE": str(root / "var" / "fonts.conf")
    }


def test_rules_of_unpacked_fonts_are_copied_because_their_links_lead_nowhere(tmp_path):
    unpacked = tmp_path / "sysroot"
    for folder in ("etc/fonts/conf.d", "usr/share/fontconfig/conf.avail"):
        (unpacked / folder).mkdir(parents=True)
    (unpacked / "usr/share/fontconfig/conf.avail/30-metric-aliases.conf").write_text("<x/>")
    link = unpacked / "etc/fonts/conf.d/30-metric-aliases.conf"
    link.symlink_to("/nonexistent/30-metric-aliases.conf")
    target = fonts.copy_rules(unpacked, tmp_path / "fonts.d")
    assert (target / "30-metric-aliases.conf").read_text() == "<x/>"
