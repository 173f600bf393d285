"""What the own online form asks: the procedure, and who resolves it."""

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
from organizations.models import Unit


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
