"""Linked groups at the counter: found beside the procedures, opened with all their members."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F

from common.text import unaccented
from onestop.models import (
    LinkedGroup,
    LinkedMember,
    ProcedureChannel,
    ProcedureComponent,
    ProcedureVersion,
)
from onestop.rules.linked import resolver
from organizations.models import Unit


def is_group_code(code: str) -> bool:
    """Codes of procedures begin with a digit, those of groups with a letter."""
    return code[:1].isalpha()


@dataclass(frozen=True)
class MemberOpen:
    """A procedure of an opened group, with its version of the day."""

    member: LinkedMember
    version: ProcedureVersion

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def limit(self) -> str:
        return self.member.limit_words

    def unit_for(self, lead: Unit, counter: Unit, day: dt.date) -> Unit | None:
        """Who would get this part, as far as it is known."""
        if self.member.is_lead:
            return lead
        if self.member.unit is not None:
            return self.member.unit
        units = [row.unit for row in self.version.units.all() if row.unit.is_open_on(day)]
        return resolver(units, lead, counter)


class GroupOpen:
    """A group opened for receiving."""

    def __init__(self, group: LinkedGroup, members: Sequence[MemberOpen]) -> None:
        self.group, self.members = group, list(members)

    @property
    def others(self) -> list[MemberOpen]:
        return [row for row in self.members if not row.member.is_lead]

    @cached_property
    def components(self) -> list[ProcedureComponent]:
        """Papers of all members, the lead's first; what two ask for is handed in once."""
        found: dict[str, ProcedureComponent] = {}
        for row in sorted(self.members, key=lambda row: not row.member.is_lead):
            for paper in row.version.components.all():
                found.setdefault(unaccented(paper.name), paper)
        papers = list(found.values())
        for order, paper in enumerate(papers, 1):
            paper.order = order  # in memory: the rows of the page
        return papers

    def besides_vnd(self, channel: int) -> int:
        """Fees of the members beside the lead, once for the dossier."""
        return sum(_channel(row.version, channel).fee_vnd or 0 for row in self.others)


def _channel(version: ProcedureVersion, channel: int) -> ProcedureChannel:
    rows = {row.channel: row for row in version.channels.all()}
    return rows.get(channel) or next(iter(rows.values()), ProcedureChannel())


def open_group(code: str, day: dt.date) -> GroupOpen | None:
    """The group in force with its members; None when one of them is not. Six queries."""
    group = LinkedGroup.objects.in_force_on(day).filter(code=code).first()
    if group is None:
        return None
    members = list(group.members.select_related("unit", "procedure").order_by("order"))
    versions = (
        ProcedureVersion.objects.offered_on(day)
        .filter(procedure__in=[row.procedure_id for row in members])
        .prefetch_related("components", "channels", "units__unit")
        .order_by("number")
    )
    latest = {version.procedure_id: version for version in versions}
    if any(row.procedure_id not in latest for row in members):
        return None
    return GroupOpen(group, [MemberOpen(row, latest[row.procedure_id]) for row in members])


def find_groups(words: str, day: dt.date, *, codes: Sequence[str] = ()) -> list[dict[str, str]]:
    """Groups in force whose code or name holds every word. One query."""
    found = LinkedGroup.objects.in_force_on(day).filter(members__is_lead=True)
    for word in unaccented(words).split()[:8]:
        found = found.filter(search_text__contains=word)
    if codes:
        found = found.filter(code__in=codes)
    return list(
        found.order_by("code").values(
            "code", "name", "kind", agency=F("members__procedure__current_version__agency_name")
        )[:20]
    )


def groups_of(procedure_code: str, day: dt.date) -> list[dict[str, str]]:
    """Published groups of which a procedure is part: what its public page says. One query."""
    found = LinkedGroup.objects.in_force_on(day).filter(members__procedure__code=procedure_code)
    return list(found.order_by("code").values("code", "name"))
