"""What lists leave behind: whose dossiers a person saw, and how many rows he took away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from audit.notes import note_access
from common.htmx import Request


def note_found(request: Request, rows: Iterable[dict[str, Any]]) -> None:
    """The dossiers of a page that names people by more than the queue does, or was asked by a
    number of theirs."""
    note_access(
        "dossiers.searched", request.user, user=request.user,
        data={"found": [row["code"] for row in rows]},
    )  # fmt: skip


def note_exported(request: Request, rows: int, view: str) -> None:
    """So many rows of a list left the portal as a file."""
    note_access(
        "dossiers.exported", request.user, user=request.user, data={"rows": rows, "view": view}
    )
