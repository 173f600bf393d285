"""A registry for tests, and documents that came to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from documents.letters import Letter
from documents.models import Assignment, Incoming, Registry
from documents.services import directing, receiving
from documents.services.directing import Receiver
from documents.states import Channel, Part
from tests.people import Town

LETTER = Letter(
    issuer="UBND tỉnh Khánh Hòa", subject="Tăng cường ứng dụng công nghệ thông tin",
    type="chi-thi", reference="07/CT-UBND", issued_on=dt.date(2026, 3, 2),
    signer_position="Chủ tịch", signer_name="Nguyễn Văn Vịnh",
)  # fmt: skip


def registry_of(town: Town | None = None, **changes: Any) -> Registry:
    """Of the standing agency, or of the unit of `changes`; made on first need."""
    unit = changes.get("unit") or (town and town.agency)
    known: dict[str, Any] = {
        "unit": unit, "name": unit.name, "symbol": unit.symbol, "code": unit.code, **changes,
    }  # fmt: skip
    made, _new = Registry.objects.get_or_create(code=known.pop("code"), defaults=known)
    return made


def letter(**changes: Any) -> Letter:
    return Letter(**{**vars(LETTER), **changes})


def entered(town: Town, **changes: Any) -> Incoming:
    """Written into the register by the records clerk."""
    how = {
        key: changes.pop(key)
        for key in ("arrived_at", "seen", "file_ids", "form_token")
        if key in changes
    }
    channel = changes.pop("channel", Channel.PAPER)
    registry = changes.pop("registry", None) or registry_of(town)
    return receiving.enter(
        letter(**changes), registry_id=registry.pk, channel=channel, actor=town.records_clerk, **how
    )


def directed(town: Town, **changes: Any) -> Incoming:
    """The leader gave it to the first division, to lead."""
    incoming = changes.pop("incoming", None) or entered(town)
    wish = {"receivers": [Receiver(Part.LEAD, town.division.pk)], "opinion": "Xử lý", **changes}
    return directing.direct(incoming.pk, actor=town.leader, **wish)


def given(incoming: Incoming, part: str = Part.LEAD) -> Assignment:
    """The open assignment of that part."""
    return Assignment.objects.open().get(incoming=incoming, part=part)
