"""What the own online form asks: the procedure, who resolves it, and which counter receives."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch

from onestop.models import (
    Channel,
    ProcedureChannel,
    ProcedureComponent,
    ProcedureUnit,
    ProcedureVersion,
)
from onestop.rules.fees import Tariff, fee_vnd
from organizations.models import Unit, UnitKind


@dataclass(frozen=True)
class Submittable:
    """A version that is submitted online today."""

    version: ProcedureVersion
    channel: ProcedureChannel
    components: list[ProcedureComponent]
    units: list[Unit]  # competent and open today

    @property
    def fee_vnd(self) -> int:
        """Of one copy of one unit; the counter corrects it when there are more."""
        row = self.channel
        return fee_vnd(Tariff(
            row.fee_vnd, row.fee_per, row.fee_second_from, row.fee_second_vnd, row.fee_ceiling_vnd
        ))  # fmt: skip


def submittable(code: str, day: dt.date) -> Submittable | None:
    """Four queries; None when the procedure is not published, or not received online."""
    rows = ProcedureUnit.objects.select_related("unit").order_by("unit__path")
    version: ProcedureVersion | None = (
        ProcedureVersion.objects.offered_on(day)
        .filter(procedure__code=code)
        .prefetch_related("channels", "components", Prefetch("units", rows))
        .order_by("-number")
        .first()
    )
    if version is None:
        return None
    channels = {each.channel: each for each in version.channels.all()}
    units = [row.unit for row in version.units.all() if row.unit.is_open_on(day)]
    if Channel.ONLINE not in channels or not units:
        return None
    return Submittable(version, channels[Channel.ONLINE], list(version.components.all()), units)


def receiving_counter(unit: Unit, day: dt.date) -> Unit:
    """The counter that is nearest to the unit in the tree; of two as near, that of the provincial
    centre. The unit itself where there is none. One query."""
    counters = Unit.objects.valid_on(day).filter(kind=UnitKind.COUNTER).select_related("parent")
    own = set(unit.ancestor_ids) | {unit.pk}

    def distance(counter: Unit) -> tuple[int, bool, str]:
        shared = len(own & set(counter.ancestor_ids))
        centre = counter.parent is not None and counter.parent.kind == UnitKind.CENTRE
        return -shared, not centre, counter.path

    return min(counters, key=distance, default=unit)
