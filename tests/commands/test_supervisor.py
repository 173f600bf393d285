"""The supervisor of bin/demo over a tiny project: real PostgreSQL, Valkey, gunicorn and Celery."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from govit import environment
from tests.commands.tiny_project import TinyProject, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def tiny():
    """In an open folder: pytest's own is closed to the account that root lends to PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="govit-test-") as folder:
        Path(folder).chmod(0o711)
        project = TinyProject(Path(folder) / "dự án có dấu cách")
        yield project
        project.clean_up()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def rows(tiny: TinyProject) -> int:
    status, text = tiny.page()
    assert status == 200
    return int(text)


def test_it_starts_says_where_and_finds_its_data_again(tiny):
    port = free_port()
    tiny.start("--fast", "--port", str(port))
    said = tiny.said()
    assert f"http://h32.localhost:{port}" in said
    assert "canbo / mat-khau" in said
    assert rows(tiny) == 3
    first = ["migrate --no-input", "load_demo --dossiers 1000", "demo_accounts"]
    assert tiny.calls() == first
    assert (tiny.root / "var" / "env").stat().st_mode & 0o777 == 0o600
    assert "started again" not in tiny.said()
    assert tiny.stop() == 0
    assert tiny.living() == []
    tiny.start("--fast", "--port", str(port))
    assert rows(tiny) == 5
    assert tiny.calls() == [*first, "migrate --no-input", "demo_accounts"]


def test_the_second_start_takes_less_than_ten_seconds(tiny):
    tiny.start("--fast")
    tiny.stop()
    tiny.start("--fast")
    seconds = float(re.search(r"\(([\d.]+) s\)", tiny.said())[1])
    assert seconds < 10


def test_the_big_part_of_the_data_is_made_after_the_page_is_there(tiny):
    tiny.start()
    wait_for(lambda: "All demo data are there" in tiny.said())
    loads = [call for call in tiny.calls() if call.startswith("load_demo")]
    assert loads == ["load_demo --dossiers 1000 --more-follow", "load_demo --dossiers 20000"]
    assert rows(tiny) == 4


def test_after_kill_9_of_the_supervisor_the_next_start_works_on_the_same_port(tiny):
    port = free_port()
    process = tiny.start("--fast", "--port", str(port))
    process.kill()
    process.wait()
    tiny.start("--fast", "--port", str(port))
    assert rows(tiny) == 5
    assert len([one for one in tiny.living() if "supervisor" in " ".join(one.cmdline())]) == 1


def test_after_kill_9_of_everything_the_data_are_there(tiny):
    tiny.start("--fast")
    for process in [*tiny.living(), *tiny.living()]:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    tiny.processes[-1].wait()
    tiny.start("--fast")
    assert rows(tiny) == 5


def test_a_killed_supervisor_leaves_nothing_alive(tiny):
    process = tiny.start("--fast")
    process.kill()
    process.wait()
    wait_for(lambda: tiny.living() == [])


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(tiny):
    tiny.start("--fast")
    tiny.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    data = tiny.data
    (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n0\n5432\n\n\n\n")
    try:
        tiny.start("--fast")
        assert rows(tiny) == 5
        assert stranger.poll() is None
    finally:
        stranger.communicate(b"\n")


@pytest.mark.parametrize(
    "words", [("gunicorn",), ("celery", "worker"), ("celery", "beat"), ("postgres", "-D")]
)
def test_a_killed_child_is_started_again(tiny, words):
    tiny.start("--fast")
    old = tiny.child(*words)
    old.kill()
    wait_for(lambda: "it is started again" in tiny.said())
    wait_for(lambda: page_or_zero(tiny) == 200)
    wait_for(lambda: any(one.pid != old.pid for one in tiny.children(*words)))


def page_or_zero(tiny: TinyProject) -> int:
    try:
        return tiny.page()[0]
    except OSError:
        return 0


def test_a_taken_port_is_one_sentence_and_nothing_is_started(tiny):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = tiny.start("--fast", "--port", str(port), wait=False)
        assert process.wait(20) == 1
    assert tiny.said().strip() == (
        f"Port {port} is not free: choose another with --port, or leave --port out."
    )
    assert not (tiny.root / "var" / "postgres").exists()


def test_a_second_copy_in_the_same_folder_is_refused_and_the_first_lives_on(tiny):
    tiny.start("--fast")
    first_said, port = tiny.said(), tiny.port()
    second = tiny.start("--fast", wait=False)
    assert second.wait(20) == 1
    assert tiny.said().strip() == f"The demo runs already: http://h32.localhost:{port}"
    assert "Ctrl-C ends it" in first_said
    assert rows(tiny) == 3
    tiny.processes.remove(second)
    assert tiny.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_way_to_end_it_leaves_nothing_behind(tiny, number):
    process = tiny.start("--fast")
    before = {one.pid for one in tiny.living()}
    sockets = Path(environment.read(tiny.root / "var" / "env")["REDIS_URL"][7:]).parent
    assert sockets.is_dir()
    assert len(before) > 10
    process.send_signal(number)
    assert process.wait(20) == 0
    assert tiny.living() == []
    assert not any(psutil.pid_exists(pid) for pid in before)
    assert not sockets.exists()


def test_it_can_be_ended_while_the_data_are_being_made(tiny):
    (tiny.root / "slow").touch()
    process = tiny.start("--fast", wait=False)
    wait_for(lambda: "the first 1,000 dossiers" in tiny.said())
    wait_for(lambda: "    H32: 500 of 900 dossiers" in tiny.said())
    wait_for(lambda: any("load_demo" in " ".join(one.cmdline()) for one in tiny.living()))
    process.terminate()
    assert process.wait(15) == 0
    assert tiny.living() == []


def test_a_failed_step_shows_the_end_of_its_log_and_leaves_nothing(tiny):
    (tiny.root / "broken").touch()
    process = tiny.start("--fast", wait=False)
    assert process.wait(30) == 1
    assert "migrate failed" in tiny.said()
    assert "the migration went wrong" in tiny.said()
    assert tiny.living() == []


def test_reset_throws_the_data_away(tiny):
    tiny.start("--fast")
    (tiny.root / "var" / "media" / "scan.pdf").write_bytes(b"x")
    tiny.stop()
    tiny.start("--fast", "--reset")
    assert rows(tiny) == 3
    assert not (tiny.root / "var" / "media" / "scan.pdf").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's folders are closed to PostgreSQL")
def test_in_a_closed_folder_of_root_the_data_lie_outside_and_the_folder_stays_closed(tiny):
    tiny.root.chmod(0o700)
    tiny.start("--fast")
    tiny.stop()
    assert tiny.data == tiny.outside / "postgres"
    assert tiny.root.stat().st_mode & 0o777 == 0o700
    tiny.start("--fast")
    assert rows(tiny) == 5
    tiny.stop()
    tiny.start("--fast", "--reset")
    assert rows(tiny) == 3


def test_old_data_are_pointed_out(tiny):
    tiny.start("--fast")
    tiny.stop()
    created = tiny.root / "var" / "created"
    created.write_text(str(float(created.read_text()) - 8 * 86_400))
    tiny.start("--fast")
    assert "8 days old: bin/demo --reset" in tiny.said()


def test_an_interrupted_initdb_does_not_look_finished(tiny):
    draft = tiny.root / "var" / "postgres.new"
    draft.mkdir(parents=True)
    os.chmod(tiny.root / "var", 0o755)
    (draft / "PG_VERSION").write_text("18\n")
    tiny.start("--fast")
    assert rows(tiny) == 3
