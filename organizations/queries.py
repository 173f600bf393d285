"""Reads across people, positions and the audit log, for the pages of administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEntry
from common.text import unaccented
from organizations import access, fields
from organizations.models import (
    ApiClient,
    ApiScope,
    CalendarEntry,
    Delegation,
    FieldAssignment,
    Position,
    RuleSet,
    Unit,
    User,
    WorkPattern,
)
from organizations.roles import ROLES
from organizations.words import action_words, title_of


def people_list(user: User, filters: dict[str, Any]) -> Any:
    """People whom `user` may see, with their present positions. Two queries a page."""
    people = access.people_visible_to(user, "view_people")
    for word in unaccented(filters.get("q") or "").split():
        people = people.filter(search_text__contains=word)
    if unit := filters.get("don_vi"):
        below = Position.objects.filter(unit__path__startswith=unit.path).values("user_id")
        people = people.filter(pk__in=below)
    state = filters.get("tinh_trang")
    if state == "khoa":
        people = people.filter(is_active=False)
    elif state in ("mo", "moi"):
        never_set = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        people = people.filter(never_set if state == "moi" else ~never_set, is_active=True)
    present = Position.objects.valid_on(timezone.localdate()).select_related("unit")
    held = fields.with_ends_told(present)
    return people.prefetch_related(
        Prefetch("positions", held.order_by("-is_main", "pk"), to_attr="present_positions")
    )


@dataclass(frozen=True)
class RightInWords:
    """One permission of a person, and each reason for it."""

    name: str
    reasons: list[str]


def rights_in_words(user: User) -> list[RightInWords]:
    """What a person may do today and why, in the order of the table of permissions."""
    sources: dict[tuple[int | None, int | None], str] = {}
    reasons: dict[str, list[str]] = {}
    for grant in access.grants_of(user):
        key = (grant.position_id, grant.delegation_id)
        if key not in sources:
            sources[key] = _explain_grant(grant)
        reason = f"{sources[key]} {fields.words_for(user, grant)}".strip()
        reasons.setdefault(grant.permission, []).append(reason)
    root = Unit(name="", path="")
    for permission, _name in Unit._meta.permissions:
        if permission not in reasons and access.may(user, permission):
            reasons[permission] = [_explain(user, permission, root)]
    return [
        RightInWords(access.permission_name(permission), reasons[permission])
        for permission, _name in Unit._meta.permissions
        if permission in reasons
    ]


def _explain(user: User, permission: str, unit: Unit) -> str:
    """The decision in words: by which position or delegation, since when, or why not."""
    for grant in access.grants_of(user):
        if grant.permission == permission and unit.path.startswith(grant.path):
            return _explain_grant(grant)
    if user.is_superuser and permission in ROLES["superuser"].permissions:
        return _("Allowed: system administrator.")
    return _(
        "Not allowed: no position of this person on %(unit)s or above it includes “%(what)s”."
    ) % {"unit": unit.name, "what": access.permission_name(permission)}


def _explain_grant(grant: access.Grant) -> str:
    """Where one right comes from, in words. One query."""
    if grant.delegation_id:
        delegation = Delegation.objects.select_related("unit").get(pk=grant.delegation_id)
        return _(
            "Allowed on behalf of %(giver)s (delegation on %(unit)s, %(start)s to %(end)s)."
        ) % {
            "giver": grant.giver,
            "unit": delegation.unit.name,
            "start": f"{delegation.valid_from:%d/%m/%Y}",
            "end": f"{delegation.valid_to:%d/%m/%Y}",
        }
    position = Position.objects.select_related("unit").get(pk=grant.position_id)
    return _("Allowed: %(title)s, %(unit)s, since %(start)s.") % {
        "title": position.title or ROLES[position.role].name,
        "unit": position.unit.name,
        "start": f"{position.valid_from:%d/%m/%Y}",
    }


def positions_of(person: User) -> list[Position]:
    """All positions, those that hold first, then by date."""
    mine = Position.objects.filter(user=person).select_related("unit")
    rows = list(fields.with_ends_told(mine))
    rows.sort(key=lambda row: (not row.is_valid, not row.is_main, -row.valid_from.toordinal()))
    return rows


def delegations_of(person: User) -> list[Delegation]:
    """Delegations given or received, newest first."""
    mine = Delegation.objects.filter(Q(giver=person) | Q(receiver=person))
    return list(
        mine.select_related("giver", "receiver", "unit").order_by("-valid_from", "-pk")[:50]
    )


def fields_of(person: User) -> list[FieldAssignment]:
    """What narrows the person or will, newest first, then what was lifted."""
    rows = FieldAssignment.objects.filter(user=person).select_related("unit")
    return list(rows.order_by(F("lifted_at").desc(nulls_first=True), "-valid_from", "field"))


def history_of(subject: User | Unit | ApiClient) -> list[dict[str, Any]]:
    """The last fifty acts on a person, unit or client, in words for the timeline."""
    rows = AuditEntry.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    ).order_by("-id")[:50]
    return [
        {
            "who": row.actor_name,
            "role": "",
            "at": row.at,
            "words": action_words(row.action),
            "detail": _detail(row.data),
            "tone": "done",
            "files": [],
        }
        for row in rows
    ]


def _detail(data: dict[str, Any]) -> str:
    """The facts worth reading: title or role with its unit, days, reason."""
    parts = []
    if data.get("role"):
        parts.append(title_of(str(data["role"]), str(data.get("title") or "")))
    parts += [str(data[key]) for key in ("unit", "field", "reason", "note") if data.get(key)]
    days = [str(data[key]) for key in ("valid_from", "valid_to", "on") if data.get(key)]
    if days:
        parts.append(" – ".join("/".join(reversed(day.split("-"))) for day in days))
    parts += [f"{_plain(old)} → {_plain(data['after'][key])}" for key, old in
              data.get("before", {}).items() if key in data.get("after", {})]  # fmt: skip
    return " · ".join(parts)


def _plain(value: Any) -> str:
    """A value of the log as one reads it: scopes by their words, units by their codes."""
    known = dict(ApiScope.choices)
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(known.get(each, each)) for each in values)


def unit_tree(user: User) -> list[dict[str, Any]]:
    """Units below which `user` may see people, in tree order with their depth."""
    units = list(access.units_visible_to(user, "view_people"))
    children: dict[int | None, list[Unit]] = {}
    known = {unit.pk for unit in units}
    for unit in units:
        parent = unit.parent_id if unit.parent_id in known else None
        children.setdefault(parent, []).append(unit)
    rows: list[dict[str, Any]] = []
    stack = [(unit, 0) for unit in sorted(children.get(None, []), key=_by_code, reverse=True)]
    while stack:
        unit, depth = stack.pop()
        rows.append({"unit": unit, "depth": depth})
        below = sorted(children.get(unit.pk, []), key=_by_code, reverse=True)
        stack += [(child, depth + 1) for child in below]
    return rows


def _by_code(unit: Unit) -> tuple[bool, str]:
    return (not unit.is_open, unit.code)


def calendar_of_year(year: int) -> list[CalendarEntry]:
    """The dates of a year that differ from their weekday."""
    return list(CalendarEntry.objects.filter(date__year=year).order_by("date"))


def patterns() -> list[WorkPattern]:
    """Weekly sessions of the province and its units, newest first."""
    return list(WorkPattern.objects.select_related("unit").order_by("unit_id", "-valid_from"))


def stored_rules(key: str) -> list[RuleSet]:
    """What the province set of a kind of rules, newest first."""
    return list(RuleSet.objects.filter(kind=key).order_by("-valid_from"))
