"""Processor time of other processes, in seconds, from Linux' own books."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def seconds_of(pid: int) -> float:
    """What a process and all of its threads have used so far, by Linux' nanoseconds."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def seconds_of_all(pids: Iterable[int]) -> float:
    return sum(seconds_of(pid) for pid in pids)


def children_of(pid: int) -> list[int]:
    """The processes that it started and that still live."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append(int(folder.name))
    return found
