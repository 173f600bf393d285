"""Lists and the board of tasks on many rows, and what one directive to very many agencies asks the
tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.delivery import run_handlers
from audit.models import OutboxEvent
from bench.clock import counted
from bench.measures import Bench
from bench.task_rows import MOST
from directives.services import giving
from directives.services.giving import Source, Wish
from directives.states import Origin
from organizations.models import Unit, UnitKind, User
from organizations.services.units import create_unit
from tenancy.scope import tenant_scope

CHAIRMAN, FOLLOWER, LEADER, ADMINISTRATOR = "lanhdao.tinh", "theodoi", "lanhdao", "quantri"
SEEN = (  # page, its address, who reads it
    ("board of tasks", "/nhiem-vu/bang/", (CHAIRMAN, FOLLOWER, LEADER)),
    ("board of tasks, by giver", "/nhiem-vu/bang/?theo=nguoi-giao", (CHAIRMAN,)),
    ("overdue tasks behind the board", "/nhiem-vu/bang/danh-sach/?nhan=overdue", (CHAIRMAN,)),
    ("tasks", "/nhiem-vu/?xem=tat-ca", (CHAIRMAN, LEADER)),
)
PAGES = 40
FEW, MANY = 3, 300  # agencies that get the same task, or help with one


def measures(bench: Bench) -> None:
    """Of tasks there are a hundred thousand at most, whatever stands in the lines of the report."""
    for name, path, people in SEEN:
        for who in people:
            bench.list_on_more_rows(f"{name} ({MOST:,} at most), {who}", path, who, PAGES)
    with tenant_scope(bench.province), transaction.atomic():
        _tell_giving(bench.say)
        transaction.set_rollback(True)


def _tell_giving(say: Callable[[str, float, float | None, str], None]) -> None:
    """The chairman gives one task to each of many agencies, which are there for a moment, and one
    with which all of them help."""
    root = Unit.objects.get(parent=None)
    administrator = User.objects.get(username=ADMINISTRATOR)
    units = [
        create_unit(root.pk, actor=administrator, kind=UnitKind.AGENCY, code=f"BENCH.{n}",
                    name=f"Sở {n}").pk
        for n in range(MANY)
    ]  # fmt: skip
    for name, told in (("give it to", _given), ("tell of it to helpers:", _told)):
        (less, _short), (more, long) = (told(root, units[:many]) for many in (FEW, MANY))
        say(f"statements to {name} {MANY} / {FEW}", more / less, 1.0,
            f"{more} against {less}; {long / MANY:.2f} ms an agency")  # fmt: skip


def _given(root: Unit, units: list[int]) -> tuple[int, float]:
    return counted(partial(_give, root, units[0], also=tuple(units[1:])))


def _told(root: Unit, units: list[int]) -> tuple[int, float]:
    _give(root, units[0], cooperate=tuple(units[1:]))
    return counted(partial(run_handlers, OutboxEvent.objects.latest("pk")))


def _give(root: Unit, lead: int, **others: Any) -> None:
    chairman, today = User.objects.get(username=CHAIRMAN), timezone.localdate()
    source = Source(Origin.ORAL, "Bench", today, chairman.pk)
    wish = Wish("Báo cáo kết quả", lead, due_on=today, **others)
    giving.give(source, [wish], actor=chairman, unit_id=root.pk)
