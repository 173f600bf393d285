"""A linked dossier and its parts, as their pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import JSONArray
from django.utils import timezone
from django.utils.translation import gettext as _

from common.working_time import Deadline, describe
from onestop.models import (
    Dossier,
    DossierFile,
    DossierPerson,
    FileKind,
    LinkedPart,
    Result,
    Settlement,
    StatusChange,
)
from onestop.queries.dossiers import status_of
from onestop.states import WAITING, Status
from onestop.words import limit_words
from organizations.calendars import calendar_for
from organizations.models import User
from organizations.rulesets import CLOCK, rules

ENDED = (Status.NOT_ACCEPTED, Status.STOPPED)
TOLD = (Status.NOT_ACCEPTED, Status.SUPPLEMENT, Status.STOPPED)  # statuses whose reason is shown


@dataclass(frozen=True)
class PartRow:
    """A part on the page of the whole: what the lead and the counter see at a glance."""

    pk: int
    code: str
    procedure: str
    unit: str
    state: str  # done, asked, refused, open
    status: int
    status_words: str
    status_tone: str
    deadline: Deadline | None  # of what ended without a result, none
    due_at: dt.datetime
    reason: str
    decision: str  # what the lead decided, with his reason
    number: str
    files: tuple[tuple[int, str], ...]
    group: str
    total: str  # time limit of the whole
    public_state: str  # done, left_out, open; "" when it was given out again


def _public_state(row: dict[str, Any]) -> str:
    """What the citizen may know: a part that its unit refused is still the lead's to decide."""
    if row["settlement"] == Settlement.RENEWED:
        return ""
    if row["status"] == Status.RETURNED:
        return "done"
    over = row["settlement"] == Settlement.WAIVED or row["status"] in (
        Status.STOPPED, Status.WITHDRAWN,
    )  # fmt: skip
    return "left_out" if over else "open"


def parts_of(dossier: Dossier) -> list[PartRow]:
    """Every part in force, and those that were refused before it was given out again. One query
    beside those of the calendar."""
    calendar, now = calendar_for(dossier.competent_unit_id), timezone.now()
    soon = rules(CLOCK, timezone.localdate(now)).due_soon_days
    found = []
    for row in _rows(dossier):
        words, tone = _status_of(row)
        found.append(
            PartRow(
                pk=row["dossier_id"], code=row["code"], procedure=row["procedure"],
                unit=row["unit"], state=_state(row), status=row["status"], status_words=words,
                status_tone=tone, due_at=row["due_at"], number=row["number"] or "",
                deadline=None if row["status"] in ENDED else describe(
                    calendar, row["due_at"], now, finished_at=row["finished_at"],
                    paused=row["status"] in WAITING, soon_days=soon,
                    provisional=row["due_is_provisional"],
                ),
                reason=row["last_reason"] or "" if row["status"] in TOLD else "",
                decision=_decision(row), files=tuple((pk, name) for pk, name in row["files"]),
                group=row["group"],
                public_state=_public_state(row),
                total=limit_words(row["total_amount"], row["total_unit"]),
            )
        )  # fmt: skip
    return found


def _rows(dossier: Dossier) -> Any:
    part = {"dossier": OuterRef("dossier_id")}
    changes = StatusChange.objects.filter(**part, to_status=OuterRef("dossier__status"))
    results = DossierFile.objects.filter(**part, kind=FileKind.RESULT, replaced_at=None)
    own = ("code", "status", "granted_at", "due_at", "due_is_provisional", "finished_at")
    return (
        LinkedPart.objects.filter(parent=dossier)
        .order_by("order", "round")
        .values(
            "dossier_id", "settlement", "settled_reason",
            **{name: F(f"dossier__{name}") for name in own},
            procedure=F("dossier__version__name"),
            unit=F("dossier__competent_unit__name"),
            group=F("member__group__name"),
            total_amount=F("member__group__limit_amount"),
            total_unit=F("member__group__limit_unit"),
            settled_name=F("settled_by__full_name"),
            last_reason=Subquery(changes.order_by("-at", "-pk").values("reason")[:1]),
            number=Subquery(Result.objects.filter(**part, released_at__isnull=False)
                            .values("number")[:1]),
            files=ArraySubquery(
                results.order_by("pk").values(found=JSONArray("pk", "stored__name"))
            ),
        )
    )  # fmt: skip


def _status_of(row: dict[str, Any]) -> tuple[str, str]:
    """In the words of the lead, for whom a part is not a dossier of a citizen."""
    words = {
        Status.NOT_ACCEPTED: (_("Refused by its unit"), ""),
        Status.SUPPLEMENT: (_("Asks the lead"), ""),
        Status.RETURNED: (_("Result handed in"), ""),
    }
    return words.get(row["status"]) or status_of(row["status"], row["granted_at"])


def _state(row: dict[str, Any]) -> str:
    if row["settlement"] or row["status"] == Status.RETURNED:
        return "done"
    if row["status"] == Status.SUPPLEMENT:
        return "asked"
    return "refused" if row["status"] == Status.NOT_ACCEPTED else "open"


def _decision(row: dict[str, Any]) -> str:
    if not row["settlement"]:
        return ""
    words = str(Settlement(row["settlement"]).label)
    return f"{words} ({row['settled_name']}): {row['settled_reason']}"


@dataclass(frozen=True)
class Place:
    """Of a part: where it belongs. Of a whole: its group."""

    group: str
    limit: str
    whole: str = ""  # code of the whole
    lead: str = ""
    is_seen: bool = False  # the person sees the whole, too


def place_of(dossier: Dossier, parts: list[PartRow], user: User) -> Place | None:
    """None for an ordinary dossier; only a part needs a query."""
    if parts:
        return Place(parts[0].group, parts[0].total)
    if not dossier.is_part:
        return None
    whole = Dossier.objects.visible_to(user, "view_dossiers").filter(pk=OuterRef("parent_id"))
    row = (
        LinkedPart.objects.filter(dossier=dossier)
        .annotate(is_seen=Exists(whole))
        .select_related("parent__competent_unit", "member__group")
        .get()
    )
    group, parent = row.member.group, row.parent
    return Place(
        group.name, group.limit_words, parent.code, parent.competent_unit.name, row.is_seen
    )


def persons_of(dossier: Dossier) -> list[DossierPerson]:
    """Who handed it in. A part names those of its whole. One query."""
    return list(DossierPerson.objects.filter(dossier_id=dossier.parent_id or dossier.pk))
