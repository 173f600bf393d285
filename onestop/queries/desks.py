"""Which one-stop receives what a unit resolves, when nobody chose one."""

from __future__ import annotations

import datetime as dt

from organizations.models import Unit, UnitKind

DESKS = (UnitKind.COUNTER, UnitKind.CENTRE)


def nearest_desk(unit: Unit, day: dt.date) -> Unit:
    """The desk of the unit, or of what it belongs to; for what has none, outside the communes, that
    of the provincial centre; else the unit itself. One query, or two.

    A province has two kinds of one-stop, that of the provincial centre and those of the communes
    (NĐ 118/2025/NĐ-CP); an agency may keep a desk of its own. Never that of another agency or
    commune: there nobody expects the dossier.
    """
    desks = list(Unit.objects.valid_on(day).filter(kind__in=DESKS).select_related("parent"))
    own = set(unit.ancestor_ids) | {unit.pk}

    def shared(desk: Unit) -> int:
        """How many units, from the province down, the two have in common."""
        return len(own & set(desk.ancestor_ids))

    def place(desk: Unit) -> tuple[int, bool, str]:
        return -shared(desk), desk.kind != UnitKind.COUNTER, desk.path

    near = [desk for desk in desks if shared(desk) > 1]
    if not near and not Unit.objects.filter(pk__in=own, kind=UnitKind.COMMUNE).exists():
        near = [desk for desk in desks if _is_of_the_province(desk)]
    return min(near, key=place, default=unit)


def _is_of_the_province(desk: Unit) -> bool:
    """The provincial centre, or a counter in it: the root stands right above the centre."""
    centre = desk if desk.kind == UnitKind.CENTRE else desk.parent
    return centre is not None and centre.kind == UnitKind.CENTRE and len(centre.ancestor_ids) == 2
