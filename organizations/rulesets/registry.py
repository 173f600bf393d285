"""Rules that are data with dates: what holds on a day, and how a province changes it.

A kind of rules is one frozen dataclass, registered with the values that the law gives from which
day on. A province's own row (`RuleSet`) goes before them. Of all that began by the day in
question the latest holds; on the same day the province's own. Later apps register further kinds.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar, overload

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.services import record
from common.errors import DomainError
from organizations import access
from organizations.models import RuleSet, Unit, User
from organizations.standing import forget_standing, standing
from tenancy.scope import required_scope

Rules = TypeVar("Rules")
Item = TypeVar("Item")
ALWAYS = dt.date.min


class RuleError(DomainError):
    """Values that a rule set cannot hold."""

    code = "rules"


Named = Callable[[], Iterable[tuple[str, Any]]]  # keys with their names


def setting(default: Any, source: str, names: Named = tuple) -> Any:
    """A field of a rule set with its source: act, article, or "choice of the portal". A list of
    keys says with `names` of what they are."""
    metadata = {"source": source, "names": names}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=lambda: dict(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True)
class InForce(Generic[Rules]):
    """The values that hold on a day, since when, and on whose word."""

    values: Rules
    valid_from: dt.date
    source: str


@dataclass(frozen=True)
class RuleKind(Generic[Rules]):
    """One kind of rules: its key, its dataclass and what the law says, earliest first."""

    key: str
    shape: type[Rules]
    by_law: tuple[InForce[Rules], ...]

    def by_law_on(self, day: dt.date) -> InForce[Rules]:
        return [found for found in self.by_law if found.valid_from <= day][-1]

    def read(self, values: Mapping[str, Any], base: Rules) -> Rules:
        """The dataclass of stored values; a field that is not stored is taken from `base`."""
        hints = typing.get_type_hints(self.shape)
        unknown = set(values) - set(hints)
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        read = {name: _read(hints[name], value, name) for name, value in values.items()}
        return dataclasses.replace(base, **read)  # type: ignore[type-var]


REGISTRY: dict[str, RuleKind[Any]] = {}


def register(key: str, shape: type[Rules], *by_law: tuple[dt.date, Rules, str]) -> RuleKind[Rules]:
    """Make a kind of rules known; `by_law` are (first day, values, source), earliest first."""
    steps = by_law or ((ALWAYS, shape(), "default"),)
    if steps[0][0] != ALWAYS:
        steps = ((ALWAYS, shape(), "default"), *steps)
    kind = RuleKind(key, shape, tuple(InForce(values, day, word) for day, values, word in steps))
    if key in REGISTRY:
        raise ValueError(f"rules {key} are registered twice")
    REGISTRY[key] = kind
    return kind


@overload
def rules(kind: RuleKind[Rules], on: dt.date) -> Rules: ...
@overload
def rules(kind: str, on: dt.date) -> Any: ...
def rules(kind: RuleKind[Any] | str, on: dt.date) -> Any:
    """The values of a kind that hold on a day. One query per transaction for all kinds."""
    return in_force(kind, on).values


@overload
def in_force(kind: RuleKind[Rules], on: dt.date) -> InForce[Rules]: ...
@overload
def in_force(kind: str, on: dt.date) -> InForce[Any]: ...
def in_force(kind: RuleKind[Any] | str, on: dt.date) -> InForce[Any]:
    """As `rules`, with the day they began and their source ("default" when nobody set them)."""
    kind = REGISTRY[kind] if isinstance(kind, str) else kind
    memory = required_scope().memory
    key = ("rules", kind.key, on)
    if key not in memory:
        memory[key] = _in_force(kind, on)
    found: InForce[Any] = memory[key]
    return found


@transaction.atomic
def change_rules(
    key: str, *, actor: User, valid_from: dt.date, values: Mapping[str, Any], source: str
) -> RuleSet:
    """Set a kind of rules from a day on, for the whole province; replaces the same day's."""
    roots = Unit.objects.select_for_update(no_key=True, of=("self",)).filter(parent=None)
    access.require(actor, "manage_calendar", *[unit.pk for unit in roots.order_by("pk")])
    if key not in REGISTRY:
        raise RuleError(_("There are no such rules."))
    kind = REGISTRY[key]
    try:
        kind.read(values, kind.by_law_on(valid_from).values)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise RuleError(
            _("These values do not fit the rules: %(what)s.") % {"what": error}
        ) from error
    row = RuleSet.objects.filter(kind=key, valid_from=valid_from).first()
    before = row.values if row else {}
    row = row or RuleSet(kind=key, valid_from=valid_from)
    row.values, row.source = dict(values), source
    row.save(update_fields=["values", "source"] if row.pk else None)
    _forget()
    facts = {"kind": key, "valid_from": valid_from.isoformat(), "before": before}
    record(row, "rules.changed", actor=actor, data={**facts, "after": row.values})
    return row


def names_of(field: str) -> dict[str, Any]:
    """Of what a list of keys may hold, by the name of its field; empty for any other."""
    known = [each for kind in REGISTRY.values() for each in dataclasses.fields(kind.shape)]
    return {
        key: name for each in known if each.name == field
        for key, name in each.metadata.get("names", tuple)()
    }  # fmt: skip


def as_data(values: Any) -> dict[str, Any]:
    """A rule set's values as JSON holds them: what `change_rules` takes."""
    return {field.name: _plain(getattr(values, field.name)) for field in dataclasses.fields(values)}


def _in_force(kind: RuleKind[Any], on: dt.date) -> InForce[Any]:
    law = kind.by_law_on(on)
    rows = standing("rule sets", _rows)
    own = [row for row in rows if row.kind == kind.key and row.valid_from <= on]
    if not own or own[-1].valid_from < law.valid_from:
        return law
    row = own[-1]
    return InForce(kind.read(row.values, law.values), row.valid_from, row.source)


def _rows() -> list[RuleSet]:
    return list(RuleSet.objects.order_by("kind", "valid_from"))


def _forget() -> None:
    forget_standing()
    memory = required_scope().memory
    for key in [key for key in memory if isinstance(key, tuple) and key[0] == "rules"]:
        del memory[key]


def _read(hint: Any, value: Any, name: str) -> Any:
    """A stored value as the type of its field, or ValueError naming the field."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        if value not in inner:
            raise ValueError(f"{name}: {value!r} is none of {', '.join(map(str, inner))}")
        return value
    if origin is tuple:
        return tuple(_read(inner[0], item, name) for item in _list(value, name))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise ValueError(f"{name}: not a table")
        return {str(key): _read(inner[1], item, name) for key, item in value.items()}
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _read(inner[0], value, name)
    if dataclasses.is_dataclass(hint) and isinstance(value, Mapping):
        hints = typing.get_type_hints(hint)
        return typing.cast(Any, hint)(**{
            key: _read(hints.get(key, type(None)), item, f"{name}.{key}")
            for key, item in value.items()
        })  # fmt: skip
    return _read_plain(hint, value, name)


def _read_plain(hint: Any, value: Any, name: str) -> Any:
    if isinstance(value, str) and hint in (dt.time, dt.date):
        return hint.fromisoformat(value)
    if hint is Decimal and isinstance(value, str | int) and not isinstance(value, bool):
        return Decimal(value)
    if type(value) is hint:
        if hint is int and value < 0:
            raise ValueError(f"{name}: {value} is negative")
        return value
    raise ValueError(f"{name}: {value!r} does not fit")


def _list(value: Any, name: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name}: not a list")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return as_data(value) if dataclasses.is_dataclass(value) else value
