"""Lists and the board of tasks on many rows."""

from __future__ import annotations

from bench.measures import Bench
from bench.task_rows import MOST

CHAIRMAN, FOLLOWER, LEADER = "lanhdao.tinh", "theodoi", "lanhdao"
SEEN = (  # page, its address, who reads it
    ("board of tasks", "/nhiem-vu/bang/", (CHAIRMAN, FOLLOWER, LEADER)),
    ("board of tasks, by giver", "/nhiem-vu/bang/?theo=nguoi-giao", (CHAIRMAN,)),
    ("overdue tasks behind the board", "/nhiem-vu/bang/danh-sach/?nhan=overdue", (CHAIRMAN,)),
    ("tasks", "/nhiem-vu/?xem=tat-ca", (CHAIRMAN, LEADER)),
)
PAGES = 40


def measures(bench: Bench) -> None:
    """Of tasks there are a hundred thousand at most, whatever stands in the lines of the report."""
    for name, path, people in SEEN:
        for who in people:
            bench.list_on_more_rows(f"{name} ({MOST:,} at most), {who}", path, who, PAGES)
