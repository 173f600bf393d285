"""From the name of an agency in a file to the units that exist on a day."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass

from common.text import unaccented
from onestop.models import Level
from organizations.models import AGENCY_KINDS, Unit, UnitKind

_ALL_COMMUNES = re.compile(r"ubnd (cap xa|xa, phuong(, (thi tran|dac khu))?)")
_ALL_POLICE = re.compile(r"cong an (cap xa|xa, phuong(, (thi tran|dac khu))?)")
_COMMUNE_POLICE = re.compile(r"cong an (xa|phuong|dac khu) ")


def folded(name: str) -> str:
    """Without marks and case; "Ủy ban nhân dân" and "UBND" are the same."""
    return unaccented(name).replace("uy ban nhan dan", "ubnd")


@dataclass(frozen=True)
class Competent:
    """The units behind a name. `is_known` without units: the agency has no unit in the portal."""

    unit_ids: frozenset[int]
    is_known: bool


class AgencyNames:
    """Names of the units that exist on a day. One query, then pure."""

    def __init__(self, day: dt.date) -> None:
        self._by_name: dict[str, set[int]] = defaultdict(set)
        communes, police = set(), set()
        rows = Unit.objects.valid_on(day).values_list("pk", "name", "kind")
        for pk, name, kind in rows:
            key = folded(name)
            if kind == UnitKind.COMMUNE:
                communes.add(pk)
            if _COMMUNE_POLICE.match(key):
                police.add(pk)
            if kind in (*AGENCY_KINDS, UnitKind.PROVINCE):
                for alias in {key, key.removeprefix("ubnd "), f"ubnd {key}"}:
                    self._by_name[alias].add(pk)
        self._communes = frozenset(communes)
        self._police = frozenset(police)

    def find(self, agency: str, level: str = "") -> Competent:
        """The competent units. A procedure of both levels is the communes' too."""
        key = folded(agency)
        if _ALL_COMMUNES.fullmatch(key):
            return Competent(self._communes, is_known=bool(self._communes))
        if _ALL_POLICE.fullmatch(key):
            return Competent(self._police, is_known=True)
        found = frozenset(self._by_name.get(key, ()))
        if not found:
            return Competent(frozenset(), is_known=False)
        if level == Level.BOTH:
            found |= self._police if key.startswith("cong an") else self._communes
        return Competent(found, is_known=True)

    def one(self, name: str) -> int | None:
        """The one unit of that name; None when there is none or several."""
        found = self._by_name.get(folded(name), set())
        return next(iter(found)) if len(found) == 1 else None
