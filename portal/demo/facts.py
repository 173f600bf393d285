"""Facts of the demo: accounts by role, and dossiers of every status with their keys."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from onestop.models import Dossier
from onestop.states import Status
from organizations import demo
from organizations.models import Position
from papers.models import Form, PrintedForm
from papers.services import demo_token
from portal.demo.machines import client_facts
from portal.demo.texts import text_facts
from tenancy.models import Province

PLAYED_IN = ("Sở Nông nghiệp và Môi trường", "Sở Y tế", "Văn phòng Ủy ban nhân dân tỉnh")


@dataclass
class Facts:
    """Collected province by province."""

    base_url: str
    provinces: list[dict[str, str]] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)
    dossiers: list[dict[str, Any]] = field(default_factory=list)
    clients: list[dict[str, str]] = field(default_factory=list)
    texts: list[dict[str, str]] = field(default_factory=list)

    def add(self, province: Province) -> None:
        """Read the open province."""
        self.provinces.append({"code": province.code, "host": province.host})
        self.accounts += _accounts(province)
        self.dossiers += _dossiers(province)
        self.clients += client_facts(province)
        self.texts.append(text_facts(province, self.base_url, self.dossiers))

    def as_json(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "password": demo.password(),
            "provinces": self.provinces,
            "accounts": self.accounts,
            "dossiers": self.dossiers[:60],
            "api_clients": self.clients,
            "text_messages": self.texts,
        }


def facts_of(base_url: str) -> Facts:
    return Facts(base_url)


def _accounts(province: Province) -> list[dict[str, Any]]:
    """The well-known accounts, and the staff of the agencies in which the demo plays."""
    known = {account.username for account in demo.accounts()}
    places = Position.objects.filter(user__is_active=True).select_related("user", "unit__parent")
    roles: dict[str, list[str]] = defaultdict(list)
    units: dict[str, Any] = {}
    for position in places.order_by("pk"):
        name = position.user.username
        agency = position.unit.parent.name if position.unit.parent else ""
        if (
            name in known
            or position.unit.name in PLAYED_IN
            or agency in PLAYED_IN
            or (position.unit.code == f"{province.code}.00.01")
        ):
            roles[name].append(position.role)
            units.setdefault(name, position.unit)
    return [
        {
            "username": name, "province": province.code, "unit": units[name].code,
            "unit_name": units[name].name, "roles": sorted(set(held)),
        }
        for name, held in roles.items()
    ]  # fmt: skip


def _dossiers(province: Province) -> list[dict[str, Any]]:
    """At most three of each national status; the newest first, linked ones left out."""
    found = []
    for status in Status:
        rows = Dossier.objects.in_force().single().filter(status=status)
        chosen = rows.select_related("procedure", "competent_unit").order_by("-pk")[:3]
        found += [_dossier(province, dossier) for dossier in chosen]
    return found


def _dossier(province: Province, dossier: Dossier) -> dict[str, Any]:
    slip = PrintedForm.objects.of(dossier).in_force().filter(form=Form.RECEIPT).last()
    return {
        "code": dossier.code,
        "province": province.code,
        "unit": dossier.competent_unit.code,
        "procedure": dossier.procedure.code,
        "status": int(dossier.status),
        "second_factor": dossier.second_factor,
        "lookup_number": dossier.lookup_number,
        "lookup_path": f"/t/{demo_token(slip)}/" if slip else "",
    }
