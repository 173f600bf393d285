"""What the tests of the counter share: procedures, and a page as a browser sends it back."""

from __future__ import annotations

import re
from typing import Any

from onestop.models import (
    Procedure,
    ProcedureChannel,
    ProcedureComponent,
    ProcedureUnit,
)
from tests.onestop.catalogue_rows import make_procedure
from tests.people import Town

RECEIVE = "/ho-so/tiep-nhan/"
CODE = "1.000001"
NUMBER = "999012345678"
QR = f"{NUMBER}|225111222|Trần Văn Thử|07031985|Nam|12 Trần Phú, Nha Trang|01052022"


def with_papers(town: Town, **facts: Any) -> Procedure:
    """Ten working days, 2,000 a page (then 1,000, at most 200,000 a copy), two papers."""
    procedure = make_procedure(CODE, units=[town.agency], **facts)
    version = procedure.current_version
    version.channels.update(
        fee_per="trang", fee_second_from=3, fee_second_vnd=1000, fee_ceiling_vnd=200_000
    )
    for order, (name, required) in enumerate([("Đơn đề nghị", True), ("Giấy ủy quyền", False)], 1):
        ProcedureComponent.objects.create(
            version=version, order=order, name=name, originals=1, is_required=required
        )
    return procedure


def also_by_post(procedure: Procedure) -> None:
    ProcedureChannel.objects.create(
        version=procedure.current_version, channel=3, limit_amount=12, limit_unit="working_days"
    )


def also_resolved_by(procedure: Procedure, unit: Any) -> None:
    ProcedureUnit.objects.create(version=procedure.current_version, unit=unit)


def shown(response: Any) -> dict[str, str]:
    """What a browser would send back of a page that it was shown, files apart."""
    html = response.content.decode()
    html = html[html.index("data-reception") :]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", html):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, name = facts.get("type", "text"), facts.get("name", "")
        if not name or kind in ("file", "search"):
            continue
        if kind not in ("checkbox", "radio") or re.search(r"\schecked\b", tag):
            sent[name] = facts.get("value", "")
    for name, inside in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        sent[name] = chosen[1] if chosen else re.findall(r'<option value="([^"]*)"', inside)[0]
    for name, inside in re.findall(
        r'<textarea name="([\w-]+)"[^>]*>\s*(.*?)</textarea>', html, re.S
    ):
        sent[name] = inside
    return sent


def filled_in(client: Any, **changes: Any) -> dict[str, Any]:
    """The page of the procedure, filled in completely."""
    data: dict[str, Any] = {
        **shown(client.get(RECEIVE, {"thu-tuc": CODE})),
        "act": "accept", "applicant-number": NUMBER, "applicant-name": "Trần Văn Thử",
        "applicant-phone": "0900 012 345", "applicant-address": "12 Trần Phú", "paper-1-got": "on",
    }  # fmt: skip
    return {**data, **changes}


def send(client: Any, data: dict[str, Any], **headers: str) -> Any:
    return client.post(f"{RECEIVE}?thu-tuc={CODE}", data, headers=headers or None)
