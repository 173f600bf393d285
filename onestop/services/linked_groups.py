"""The catalogue of linked groups: drawn up as a draft, published after checks, ended, not edited.

TT 01/2018/TT-VPCP Điều 4: groups are published by the ministry and listed by the chairman of the
province; a pilot needs publishing, too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError, TransitionError
from common.text import unaccented
from onestop.models import (
    GroupState,
    LinkedGroup,
    LinkedMember,
    LinkKind,
    Procedure,
    ProcedureVersion,
    Process,
    ProcessState,
    StepKind,
)
from onestop.rules.linked import MemberData, too_long
from onestop.rules.processes import StepData
from onestop.services.processes import new_draft
from onestop.services.rights import require_catalogue
from organizations.models import Unit, User


class GroupRefused(DomainError):
    """The group may not be published as it is."""

    code = "group_refused"


@dataclass(frozen=True)
class GroupFacts:
    """What a draft says."""

    code: str
    name: str
    kind: str
    limit_amount: Decimal
    limit_unit: str
    decision: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@dataclass(frozen=True)
class MemberFacts:
    """A procedure of the draft; `unit_id` None: found by the rule when a dossier is received."""

    procedure_code: str
    is_lead: bool
    limit_amount: Decimal
    limit_unit: str
    unit_id: int | None = None


@transaction.atomic
def save_draft(
    facts: GroupFacts, members: Sequence[MemberFacts], *, actor: User, group_id: int | None = None
) -> LinkedGroup:
    """Write a draft. What does not fit yet may be kept, but not published."""
    require_catalogue(actor)
    group = _draft(group_id) if group_id else LinkedGroup()
    if LinkedGroup.objects.filter(code=facts.code).exclude(pk=group_id).exists():
        raise DomainError(_("A group with the code %(code)s exists.") % {"code": facts.code})
    for name, value in vars(facts).items():
        setattr(group, name, value)
    group.search_text = unaccented(f"{facts.code} {facts.name}")[:400]
    group.save()
    _write_members(group, members)
    record(group, "linked_group.saved", actor=actor, data={"members": len(members)})
    return group


def _write_members(group: LinkedGroup, members: Sequence[MemberFacts]) -> None:
    codes = [member.procedure_code for member in members]
    known = dict(Procedure.objects.filter(code__in=codes).values_list("code", "pk"))
    for code in codes:
        if code not in known:
            raise DomainError(_("The catalogue has no procedure %(code)s.") % {"code": code})
    if len(set(codes)) < len(codes):
        raise DomainError(_("A procedure stands in the group twice."))
    if sum(member.is_lead for member in members) > 1:
        raise DomainError(_("One procedure leads, not several."))
    group.members.all().delete()
    LinkedMember.objects.bulk_create(
        LinkedMember(
            group=group, procedure_id=known[member.procedure_code], order=order,
            is_lead=member.is_lead, limit_amount=member.limit_amount,
            limit_unit=member.limit_unit, unit_id=member.unit_id,
        )
        for order, member in enumerate(members, 1)
    )  # fmt: skip


@transaction.atomic
def publish(group_id: int, *, actor: User) -> LinkedGroup:
    """From its first day on the counter offers it."""
    require_catalogue(actor)
    group = _draft(group_id)
    if faults := faults_of(group):
        raise GroupRefused(" ".join(faults))
    if group.kind == LinkKind.DIFFERENT_LEVELS:
        group.process = _relay(group)
    group.state, group.published_at = GroupState.PUBLISHED, timezone.now()
    group.save(update_fields=["state", "published_at", "process"])
    record(group, "linked_group.published", actor=actor, data={"code": group.code})
    return group


@transaction.atomic
def end(group_id: int, *, actor: User, last_day: dt.date) -> LinkedGroup:
    """The last day on which it is received; running dossiers stay under it."""
    group: LinkedGroup = LinkedGroup.objects.lock(group_id)
    require_catalogue(actor)
    if group.state != GroupState.PUBLISHED:
        raise TransitionError(_("A draft is thrown away, not ended."))
    assert group.valid_from is not None
    today = timezone.localdate()
    if last_day < max(group.valid_from, today):
        raise DomainError(_("The last day may not lie in the past or before the first one."))
    group.valid_to = last_day
    group.save(update_fields=["valid_to"])
    record(group, "linked_group.ended", actor=actor, data={"last_day": last_day.isoformat()})
    return group


@transaction.atomic
def discard(group_id: int, *, actor: User) -> None:
    """Throw a draft away; nothing was ever received under it."""
    require_catalogue(actor)
    group = _draft(group_id)
    record(group, "linked_group.discarded", actor=actor, data={"code": group.code})
    group.delete()


def faults_of(group: LinkedGroup) -> list[str]:
    """Every reason why it may not be published. Three queries and three for each member."""
    members = list(group.members.select_related("procedure", "unit"))
    faults = []
    if len(members) < (2 if group.kind == LinkKind.SAME_LEVEL else 1):
        faults.append(_("A linked group has at least two procedures."))
    if sum(member.is_lead for member in members) != 1:
        faults.append(_("Exactly one procedure leads: tick it."))
    if not group.decision:
        faults.append(_("Name the document that decides the group."))
    if group.valid_from is None:
        faults.append(_("Say from which day on the group holds."))
    day = group.valid_from or timezone.localdate()
    for member in members:
        faults += _member_faults(member, day)
    total = (group.limit_amount, group.limit_unit)
    data = [
        MemberData(row.procedure.code, row.is_lead, (row.limit_amount, row.limit_unit))
        for row in members
    ]
    faults += [
        _("The limit of %(code)s is longer than the total.") % {"code": code}
        for code in too_long(total, data)
    ]
    return faults


def _member_faults(member: LinkedMember, day: dt.date) -> list[str]:
    code = {"code": member.procedure.code}
    version = (
        ProcedureVersion.objects.offered_on(day)
        .filter(procedure=member.procedure_id)
        .order_by("-number")
        .first()
    )
    if version is None:
        return [_("Procedure %(code)s is not published on the first day.") % code]
    faults = []
    if not Process.objects.filter(
        procedure=member.procedure_id, state=ProcessState.ACTIVE
    ).exists():
        faults.append(_("Procedure %(code)s has no process in use.") % code)
    competent = version.units.filter(unit__in=Unit.objects.valid_on(day))
    if member.unit_id and not competent.filter(unit=member.unit_id).exists():
        faults.append(
            _("%(unit)s is not competent for %(code)s.") % {"unit": member.unit.name, **code}
        )
    if not competent.exists():
        faults.append(_("No unit is competent for %(code)s.") % code)
    return faults


def _relay(group: LinkedGroup) -> Process:
    """Receive, follow, return: what the counter does while the parts are worked on."""
    lead = group.members.select_related("procedure").get(is_lead=True)
    procedure = Procedure.objects.lock(lead.procedure_id)
    limit = (group.limit_amount, group.limit_unit)
    share = None if group.limit_unit == "same_day" else group.limit_amount
    steps = [
        StepData(StepKind.RECEIVE, str(StepKind.RECEIVE.label), "counter"),
        StepData(
            StepKind.FOLLOW, str(StepKind.FOLLOW.label), "counter", share_amount=share,
            share_unit="" if share is None else group.limit_unit,
        ),
        StepData(StepKind.RETURN, str(StepKind.RETURN.label), "counter"),
    ]  # fmt: skip
    process = new_draft(procedure, None, limit, steps, decision=group.decision[:200])
    process.state, process.valid_from = ProcessState.LINKED, group.valid_from
    process.save(update_fields=["state", "valid_from"])
    return process


def _draft(group_id: int) -> LinkedGroup:
    group: LinkedGroup = LinkedGroup.objects.lock(group_id)
    if group.state != GroupState.DRAFT:
        raise TransitionError(_("A published group is not edited: end it and draw up another one."))
    return group
