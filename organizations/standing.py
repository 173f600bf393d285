"""What changes a few times a year: calendars, sessions and rules, read once per process.

One query per transaction asks for the stamp of the rows behind them: their ids and the versions
that PostgreSQL itself keeps of each row. While it is the same, what the process has read before
still holds; any committed change, by whatever process or hand, makes another stamp. So nothing
here can be stale, nobody has to remember to drop a cache, and Redis is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection

from tenancy.scope import required_scope

Value = TypeVar("Value")
STAMP = "standing"

# A row's version is (xmin, ctid): the transaction that wrote it, and where. A pattern of a unit
# also holds for the units below it, so their ids belong to its stamp.
_STAMP_SQL = """
    SELECT concat_ws('|',
        (SELECT string_agg(concat_ws(':', id, xmin, ctid), ',' ORDER BY id)
            FROM organizations_calendarentry WHERE province_id = %(province)s),
        (SELECT string_agg(concat_ws(':', id, xmin, ctid), ',' ORDER BY id)
            FROM organizations_ruleset WHERE province_id = %(province)s),
        (SELECT string_agg(concat_ws(':', p.id, p.xmin, p.ctid, u.id), ',' ORDER BY p.id, u.id)
            FROM organizations_workpattern p
            LEFT JOIN organizations_unit top
                ON top.province_id = p.province_id AND top.id = p.unit_id
            LEFT JOIN organizations_unit u
                ON u.province_id = p.province_id AND starts_with(u.path, top.path)
            WHERE p.province_id = %(province)s))
"""

_kept: dict[int, tuple[str, dict[Any, Any]]] = {}  # of each province: its stamp, what was read


def standing(key: Any, read: Callable[[], Value]) -> Value:
    """What `read()` answers for the open province, read anew only after a change.

    The answer is shared by all requests of the process: nobody may change it. One query per
    transaction, and those of `read` after a change.
    """
    values = _values()
    if key not in values:
        values[key] = read()
    found: Value = values[key]
    return found


def forget_standing() -> None:
    """This transaction changed rules or calendar: ask for the stamp again."""
    required_scope().memory.pop(STAMP, None)


def _values() -> dict[Any, Any]:
    scope = required_scope()
    if STAMP not in scope.memory:
        stamp = _stamp(scope.province_id)
        kept = _kept.get(scope.province_id)
        if kept is None or kept[0] != stamp:
            kept = _kept[scope.province_id] = (stamp, {})
        scope.memory[STAMP] = kept[1]
    values: dict[Any, Any] = scope.memory[STAMP]
    return values


def _stamp(province_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_STAMP_SQL, {"province": province_id})
        (stamp,) = cursor.fetchone()
    return str(stamp)
