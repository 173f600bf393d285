"""What a drafter chooses from: bodies, units, signers with what they sign as, receivers."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from documents.issuing import Authority
from documents.models import Registry
from organizations import access
from organizations.models import Position, Unit, User
from organizations.models.units import AGENCY_KINDS
from organizations.roles import ROLES

DEPUTY, ACTING = "Phó ", ("Quyền ", "Q. ")
HANDLES = "handle_documents"
COMMITTEES = ("ủy ban nhân dân", "uỷ ban nhân dân", "ubnd")
COLLECTIVE = "Ủy ban nhân dân"
LEADERS = ("leader", "body_leader")
_RANKS = ("", Authority.ACTING, Authority.DEPUTY, Authority.BY_ORDER)  # leaders, as offered


@dataclass(frozen=True)
class Candidate:
    """Who may sign for a body, and as what, as his position says."""

    user: User
    title: str
    authority: str

    @property
    def label(self) -> str:
        """ "Nguyễn Văn An – Phó Giám đốc (KT.)"."""
        how = f" ({self.authority}.)" if self.authority else ""
        return f"{self.user.full_name} – {self.title}{how}" if self.title else str(self.user)


def bodies_of(user: User) -> list[Registry]:
    """Bodies in whose name the person drafts, the nearest first. One query."""
    today = timezone.localdate()
    near = access.units_above(user, "handle_documents")
    found = Registry.objects.select_related("unit").filter(unit__in=near)
    here = [each for each in found if each.is_open_on(today)]
    return sorted(here, key=lambda each: (-len(each.unit.path), each.unit_id, each.pk))


def units_of(user: User, registry: Registry) -> list[Unit]:
    """Units of the body for which the person drafts, his own first. One query."""
    mine = {each.unit_id for each in access.grants_of(user)}
    known = access.units_visible_to(user, "handle_documents")
    found = known.filter(path__startswith=registry.unit.path).order_by("path")
    return sorted((each for each in found if each.is_open), key=lambda each: each.pk not in mine)


def signers_of(registry: Registry) -> list[Candidate]:
    """Who may sign for the body today: its leaders, heads before deputies, then who holds an
    authorisation, then by order the heads of its units (NĐ 30/2020/NĐ-CP Điều 13). Four queries."""
    root = registry.unit
    leaders = access.people_over("direct_documents", root, is_lent=False)
    lent = _authorised(registry)
    below = access.people_with("direct_documents", root, is_lent=False)
    heads = [(person, unit) for person, unit in below if unit.pk != root.pk]
    held = _held([*leaders, *lent, *(person for person, _unit in heads)], root)
    known, found = {person.pk for person in leaders}, []
    for person in leaders:
        role, title = held.get((person.pk, root.pk), ("", ""))
        found.append(_leader(person, title, below=bool(role) and role not in _heads_of(registry)))
    found.sort(key=lambda each: _RANKS.index(each.authority))
    titles = {person: title for (person, _unit), (_role, title) in held.items()}  # his main one
    found += [
        Candidate(person, titles.get(person.pk, ""), Authority.AUTHORISED)
        for person in lent if person.pk not in known
    ]  # fmt: skip
    known.update(person.pk for person in lent)
    return found + [
        Candidate(person, held.get((person.pk, unit.pk), ("", ""))[1], Authority.BY_ORDER)
        for person, unit in heads if person.pk not in known
    ]  # fmt: skip


def seconds_of(registry: Registry, beside: str) -> QuerySet[Position]:
    """The positions of those who may sign beside the signer: `beside` is "secretary", somebody of
    the body who works on documents, or "party", who leads another body of the province, which
    keeps a register today. One query more for a party."""
    today = timezone.localdate()
    held: QuerySet[Position] = Position.objects.valid_on(today).filter(user__is_active=True)
    if beside == "secretary":
        workers = [name for name, role in ROLES.items() if HANDLES in role.permissions]
        return held.filter(unit__path__startswith=registry.unit.path, role__in=workers)
    others = Registry.objects.filter(_is_open()).exclude(unit=registry.unit).select_related("unit")
    led: dict[str, set[int]] = {role: set() for role in LEADERS}
    for each in others:
        for role in _heads_of(each):
            led[role].add(each.unit_id)
    wanted = (Q(role=role, unit__in=units) for role, units in led.items())
    return held.filter(functools.reduce(operator.or_, wanted))


def candidates_beside(registry: Registry, beside: str) -> list[Candidate]:
    """Each once, with his position. One query."""
    rows = seconds_of(registry, beside).select_related("user", "unit")
    found: dict[int, Candidate] = {}
    for each in rows.order_by("user__sort_key", "user_id", "-is_main", "pk"):
        named = f"{each.title}, {each.unit.name}" if beside == "party" else each.title
        found.setdefault(each.user_id, Candidate(each.user, named, ""))
    return list(found.values())


def leaders_of(registry: Registry) -> list[Candidate]:
    """Who gives opinions in the body today, its head first. Three queries."""
    root = registry.unit
    leaders = access.people_over("direct_documents", root)
    held = _held(leaders, root)
    heads = set(heads_of(registry).values_list("user_id", flat=True))
    found = [Candidate(each, held.get((each.pk, root.pk), ("", ""))[1], "") for each in leaders]
    return sorted(found, key=lambda each: each.user.pk not in heads)


def receivers_of(registry: Registry) -> list[Registry]:
    """Bodies of the province that may get its documents today, by name. One query."""
    found = Registry.objects.filter(_is_open())
    return list(found.exclude(pk=registry.pk).order_by("name", "pk"))


def _is_open() -> Q:
    """A registry that works today."""
    today = timezone.localdate()
    begun = Q(valid_from=None) | Q(valid_from__lte=today)
    return begun & (Q(valid_to=None) | Q(valid_to__gte=today))


def units_to_ask(registry: Registry, own_id: int) -> list[Unit]:
    """Units whose opinion is asked: the body's other units, then the other agencies. One query."""
    inside = Q(path__startswith=registry.unit.path)
    found = Unit.objects.valid_on(timezone.localdate()).filter(inside | Q(kind__in=AGENCY_KINDS))
    rows = list(found.exclude(pk=own_id).in_tree_order())
    return sorted(rows, key=lambda each: not each.path.startswith(registry.unit.path))


def head_title(registry: Registry) -> str:
    """Of the head of the body, in whose place others sign; "" when nobody says. One query."""
    held = heads_of(registry).exclude(title="")
    titles = held.order_by("valid_from", "pk").values_list("title", flat=True)
    return next((title for title in titles if not title.startswith(ACTING)), "")


def heads_of(registry: Registry) -> QuerySet[Position]:
    """The positions of its head today, or of who acts as such; its deputies hold none of them."""
    held: QuerySet[Position] = Position.objects.valid_on(timezone.localdate()).filter(
        unit=registry.unit, role__in=_heads_of(registry), user__is_active=True
    )
    return held.exclude(title__startswith=DEPUTY)


def _authorised(registry: Registry) -> list[User]:
    """Who holds an authorisation of its head today, by given name (Điều 13.3). One query."""
    lent = access.held_today("direct_documents").filter(
        user=OuterRef("pk"), content_object=registry.unit,
        delegation__giver__in=heads_of(registry).values("user"),
    )  # fmt: skip
    return list(User.objects.filter(Exists(lent), is_active=True).order_by("sort_key", "pk"))


def is_committee(registry: Registry) -> bool:
    """A body that decides together: its papers are signed on its behalf (TM.)."""
    return registry.name.casefold().startswith(COMMITTEES)


def _heads_of(registry: Registry) -> tuple[str, ...]:
    """Roles of those who lead the body. The office that keeps the registers of a committee has a
    head of its own, who signs the committee's papers by order."""
    is_own = registry.name.casefold() == registry.unit.name.casefold()
    return LEADERS if is_own or not is_committee(registry) else ("body_leader",)


def _leader(person: User, title: str, *, below: bool) -> Candidate:
    """`below`: he directs a part of the body, not the body."""
    authority = Authority.BY_ORDER if below else ""
    if title.startswith(DEPUTY) and not below:
        authority = Authority.DEPUTY
    if title.startswith(ACTING) and not below:
        authority = Authority.ACTING
    return Candidate(person, title, authority)


def _held(people: list[User], root: Unit) -> dict[tuple[int, int], tuple[str, str]]:
    """Person and unit → the role there, and the title as printed."""
    held = Position.objects.valid_on(timezone.localdate()).filter(
        user__in=people, unit__path__startswith=root.path
    )
    rows = held.exclude(title="").order_by("is_main", "pk")
    return {(user, unit): (role, title) for user, unit, role, title in rows.values_list(
        "user_id", "unit_id", "role", "title")}  # fmt: skip
