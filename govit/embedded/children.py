"""Child processes that end with us, whatever happens, and never take anything else along."""

import ctypes
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]

TICK_SECONDS = 0.05
PATIENCE_SECONDS = 10.0
CLOCK_SLACK_SECONDS = 2.0
PROGRESS_SECONDS = 3.0
DIE_WITH_PARENT, ADOPT_ORPHANS = 1, 36  # prctl: PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Stop(Exception):  # a wish of the user, not an error
    """Somebody pressed Ctrl-C or asked us to end."""


class ChildError(Exception):
    """A child ended or did not get ready; the text says which and shows its last words."""


@dataclass
class Child:
    """One program to keep running, and how to end it kindly."""

    name: str
    command: Sequence[str | Path]
    environment: dict[str, str]
    folder: Path
    stage: int = 1  # 0: a server that the others use
    signals: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGKILL)
    account: pwd.struct_passwd | None = None
    keep_open: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)
    log_begins: int = 0
    told: str = ""
    told_at: float = 0.0

    def alive(self) -> bool:
        """Whether it runs now; reaps it when it ended."""
        return self.process is not None and self.process.poll() is None


class Family:
    """The children, in the order they were started; they are ended in reverse order."""

    def __init__(self, logs: Path, register: Path) -> None:
        self.logs, self.register = logs, register
        self.children: list[Child] = []
        self.stop_asked = False
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        if LIBC is not None:
            LIBC.prctl(ADOPT_ORPHANS, 1)

    def listen_for_stop(self) -> None:
        """Ctrl-C, `kill` and a closed terminal ask us to stop; waiting places notice it."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: setattr(self, "stop_asked", True))

    def pause(self, seconds: float = TICK_SECONDS) -> None:
        """Wait a little; raises Stop when somebody asked for it."""
        end = time.monotonic() + seconds
        while not self.stop_asked and time.monotonic() < end:
            time.sleep(min(TICK_SECONDS, seconds))
        if self.stop_asked:
            raise Stop

    def start(self, child: Child) -> Child:
        """Start it in a session of its own: Ctrl-C in the terminal reaches us alone."""
        if child not in self.children:
            self.children.append(child)
        child.started.append(time.monotonic())
        child.log_begins = self.log(child.name).stat().st_size
        owner = child.account
        with open(self.log(child.name), "ab") as log:
            child.process = subprocess.Popen(
                list(map(str, child.command)),
                env=child.environment,
                cwd=child.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=child.keep_open,
                preexec_fn=ending_with(os.getpid(), child.signals[0]),
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )
        self.write_register()
        return child

    def log(self, name: str) -> Path:
        """The file with all that the child prints."""
        path = self.logs / f"{name}.log"
        if not path.exists():
            path.touch(mode=0o600)
        return path

    def last_words(self, name: str, lines: int = 15) -> str:
        """The end of the child's log."""
        text = self.log(name).read_text(encoding="utf-8", errors="replace")
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])

    def wait_until(self, child: Child, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until it answers; a child that died or is too slow is an error with its log."""
        end = time.monotonic() + seconds
        while not ready():
            if not child.alive():
                raise ChildError(f"{child.name} ended early:\n{self.last_words(child.name)}")
            if time.monotonic() > end:
                raise ChildError(
                    f"{child.name} was not ready in {seconds:.0f} s:\n{self.last_words(child.name)}"
                )
            self.pause()

    def run(self, child: Child) -> str:
        """Run it to its end and return what it printed; an error when it failed."""
        return self.finish(self.start(child))

    def finish(self, child: Child, tell: Callable[[str], None] | None = None) -> str:
        """Wait for its end and return what it printed; an error when it failed."""
        while child.alive():
            self.pause()
            if tell:
                self.tell_progress(child, tell)
        self.children.remove(child)
        if child.process is not None and child.process.returncode:
            raise ChildError(f"{child.name} failed:\n{self.last_words(child.name)}")
        return self.printed(child)

    def printed(self, child: Child) -> str:
        """What it printed since it was started."""
        with open(self.log(child.name), "rb") as log:
            log.seek(child.log_begins)
            return log.read().decode("utf-8", "replace")

    def tell_progress(self, child: Child, tell: Callable[[str], None]) -> None:
        """Pass on its newest line, not more often than every few seconds."""
        now = time.monotonic()
        if now - child.told_at < PROGRESS_SECONDS:
            return
        child.told_at = now
        lines = self.printed(child).splitlines()
        if lines and lines[-1] != child.told:
            child.told = lines[-1]
            tell(f"    {child.told}")

    def stop(self) -> None:
        """End all: first those that use the servers, side by side, then the servers."""
        for stage in sorted({child.stage for child in self.children}, reverse=True):
            members = [child for child in self.children if child.stage == stage]
            for position in range(max(len(child.signals) for child in members)):
                for child in members:
                    if child.alive():
                        send(child, child.signals[min(position, len(child.signals) - 1)])
                if self.all_ended(members):
                    break
        self.children.clear()
        self.end_orphans()
        self.register.unlink(missing_ok=True)

    @staticmethod
    def all_ended(children: Sequence[Child]) -> bool:
        """Wait a while for them to end."""
        end = time.monotonic() + PATIENCE_SECONDS
        while any(child.alive() for child in children):
            if time.monotonic() > end:
                return False
            time.sleep(TICK_SECONDS)
        return True

    def end_orphans(self) -> None:
        """End what our children left behind; the kernel hands their orphans to us."""
        for _ in range(100):
            left = psutil.Process().children(recursive=True)
            if not left:
                return
            for process in left:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            self.bury_orphans()
            time.sleep(TICK_SECONDS)

    def bury_orphans(self) -> None:
        """Collect the dead that are nobody else's."""
        own = {child.process.pid for child in self.children if child.process}
        for process in psutil.Process().children():
            with suppress(psutil.NoSuchProcess, ChildProcessError):
                if process.pid not in own and process.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(process.pid, os.WNOHANG)

    def write_register(self) -> None:
        """Keep the sessions we opened, for the next start after a crash."""
        sessions = {
            child.process.pid: psutil.Process(child.process.pid).create_time()
            for child in self.children
            if child.alive() and child.process
        }
        text = json.dumps({"boot": psutil.boot_time(), "sessions": sessions})
        self.register.write_text(text, encoding="utf-8")


def send(child: Child, number: signal.Signals) -> None:
    """Signal the child; it may be gone already."""
    if child.process is not None:
        with suppress(ProcessLookupError):
            child.process.send_signal(number)


def ending_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    """What the child does before its program starts: ask the kernel to tell it our end."""

    def prepare() -> None:
        if LIBC is not None:
            LIBC.prctl(DIE_WITH_PARENT, int(number))
        if os.getppid() != parent:  # we ended between fork and the line above
            os._exit(1)

    return prepare


def end_leftovers(register: Path) -> None:
    """After a crash: end what the previous run left alive. Call only while holding the lock."""
    try:
        kept = json.loads(register.read_text(encoding="utf-8"))
        sessions = {int(pid): float(born) for pid, born in kept["sessions"].items()}
        same_boot = abs(kept["boot"] - psutil.boot_time()) < CLOCK_SLACK_SECONDS
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return
    alive = members(sessions) if same_boot else []
    _, alive = psutil.wait_procs(alive, timeout=1)  # the kernel has told them already
    for kind in ("terminate", "kill"):
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                getattr(process, kind)()
        _, alive = psutil.wait_procs(alive, timeout=PATIENCE_SECONDS / 2)
    register.unlink(missing_ok=True)


def members(sessions: dict[int, float]) -> list[psutil.Process]:
    """Living processes of these sessions; a number that was given out anew is not ours."""
    ours = {pid for pid, born in sessions.items() if not given_out_anew(pid, born)}
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            if process.status() != psutil.STATUS_ZOMBIE and os.getsid(process.pid) in ours:
                found.append(process)
    return found


def given_out_anew(pid: int, born: float) -> bool:
    """Whether another process than the one we started has this number now."""
    try:
        return bool(abs(psutil.Process(pid).create_time() - born) > CLOCK_SLACK_SECONDS)
    except psutil.NoSuchProcess:
        return False
