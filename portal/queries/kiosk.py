"""Where kiosks stand, and which units' dossiers are handed in there."""

from __future__ import annotations

import datetime as dt

from organizations.models import Unit, UnitKind

DESKS = (UnitKind.COUNTER, UnitKind.CENTRE)


def counters(day: dt.date) -> list[Unit]:
    """The counters of the province in the order of the tree. One query."""
    found = Unit.objects.valid_on(day).filter(kind=UnitKind.COUNTER)
    return list(found.in_tree_order())


def counter(code: str, day: dt.date) -> Unit | None:
    """A counter or centre that is open on the day, with the unit it belongs to. One query."""
    found: Unit | None = (
        Unit.objects.valid_on(day)
        .select_related("parent")
        .filter(code=code, kind__in=DESKS)
        .first()
    )
    return found


def served(counter: Unit, day: dt.date) -> set[int]:
    """Units whose dossiers the counter receives: those below its own agency; at a public
    administration centre all that have no counter of their own. One query."""
    rows = list(Unit.objects.valid_on(day).values_list("pk", "path", "kind", "parent"))
    home = counter.parent if counter.kind == UnitKind.COUNTER and counter.parent else counter
    if home.kind != UnitKind.CENTRE:
        return {pk for pk, path, _kind, _parent in rows if path.startswith(home.path)}
    path_of = {pk: path for pk, path, _kind, _parent in rows}
    centres = {pk for pk, _path, kind, _parent in rows if kind == UnitKind.CENTRE}
    others = tuple(
        path_of[parent]
        for _pk, _path, kind, parent in rows
        if kind == UnitKind.COUNTER and parent in path_of and parent not in centres
    )
    return {pk for pk, path, _kind, _parent in rows if not path.startswith(others)}
