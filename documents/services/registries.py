"""Registries: a body gets its registers, its name or symbol changes, it ends."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from documents.issuing import Numbering
from documents.models import Registry
from organizations import access
from organizations.models import User
from papers import certificates


@dataclass(frozen=True)
class BodyFacts:
    """What is said of a body; it holds from the next document on."""

    name: str  # as printed
    symbol: str
    code: str
    old_code: str = ""
    former_codes: tuple[str, ...] = ()  # documents sent to them come to this body
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    place: str = ""  # of issue; empty: that of its unit
    superior: str = ""  # the body above it, on its papers
    numbering: str = Numbering.BY_TYPE
    prints_qr: bool = True  # a QR code on its papers, to check them by
    number_groups: tuple[tuple[str, ...], ...] = ()  # types that are counted together


@transaction.atomic
def open_registry(facts: BodyFacts, *, actor: User, unit_id: int) -> Registry:
    """A body keeps registers in that unit from now on. Its numbers begin with one."""
    access.require(actor, "manage_units", unit_id)
    _require_free(facts.code)
    _require_former(facts)
    registry: Registry = Registry.objects.create(unit_id=unit_id, **asdict(facts))
    record(registry, "registry.opened", actor=actor, data=_told(facts))
    return registry


@transaction.atomic
def change_registry(registry_id: int, facts: BodyFacts, *, actor: User) -> Registry:
    """Another name, symbol, code or end. Unit and series stay: another office is a new registry.

    A code that it gives up stays one of its former codes: others go on writing to it."""
    registry: Registry = Registry.objects.lock(registry_id)
    access.require(actor, "manage_units", registry.unit_id)
    if facts.code != registry.code:
        _require_free(facts.code)
        kept = [each for each in facts.former_codes if each not in (registry.code, facts.code)]
        facts = replace(facts, former_codes=(*kept, registry.code))
    _require_former(facts, registry.pk)
    if facts.code != registry.code:
        certificates.move_body(registry.code, facts.code, actor=actor)
    for name, value in asdict(facts).items():
        setattr(registry, name, value)
    registry.save(update_fields=list(asdict(facts)))
    record(registry, "registry.changed", actor=actor, data=_told(facts))
    return registry


def _require_free(code: str) -> None:
    if Registry.objects.filter(code=code).exists():
        raise DomainError(_("The code %s belongs to another body.") % code)


def _require_former(facts: BodyFacts, own_id: int | None = None) -> None:
    """A former code is no code of a body that goes on, and leads to one body only."""
    codes = list(facts.former_codes)
    if facts.code in codes:
        raise DomainError(_("%s is the code in force, no former one.") % facts.code)
    others = Registry.objects.exclude(pk=own_id)
    own = Q(code__in=codes) | Q(old_code__in=[each for each in codes if each])
    taken = others.filter(Q(valid_to=None) & own | Q(former_codes__has_any_keys=codes))
    found = taken.order_by("pk").first() if codes else None
    if found is not None:
        raise DomainError(
            _("One of the former codes belongs to %s. A body that took its place may have it once "
              "that has a last day.") % found.name
        )  # fmt: skip


def _told(facts: BodyFacts) -> dict[str, str]:
    return {name: str(value) if value else "" for name, value in asdict(facts).items()}
