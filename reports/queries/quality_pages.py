"""What the pages of the classification read: rounds, sheets, and what stands behind a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from directives.models import Task
from documents.models import Assignment, Incoming
from onestop.models import Dossier, Opinion, StepRun
from organizations import access, posts
from organizations.models import AGENCY_KINDS, Unit, User
from reports.models import QualityRound, QualitySheet
from reports.models.quality import RUNS, SIGNS
from reports.rules_quality import Counts, How, Piece, Source, Thresholds, count

SHOWN = (How.EARLY, How.ON_TIME, How.LATE, How.OVERDUE, How.UNDATED, How.OPEN)


def rounds_for(user: User) -> QuerySet[QualityRound]:
    """With how many of their people are classed. Ordered by the page: newest period, unit."""
    members = QualitySheet.objects.of_members()
    sheets = members.filter(round=OuterRef("pk")).order_by().values("round")
    total = sheets.annotate(n=Count("pk")).values("n")
    classed = sheets.annotate(n=Count("pk", filter=~Q(grade=""))).values("n")
    found: QuerySet[QualityRound] = QualityRound.objects.visible_to(user, RUNS)
    return found.select_related("unit", "decided_by").annotate(
        path=F("unit__path"), total=Coalesce(Subquery(total), 0),
        classed=Coalesce(Subquery(classed), 0),
    )  # fmt: skip


def bodies_for(user: User) -> QuerySet[Unit]:
    """Bodies for which the person may open a round; those that ended this year or last, too: the
    period before may wait for it."""
    since = dt.date(timezone.localdate().year - 1, 1, 1)
    lasting = Q(valid_to=None) | Q(valid_to__gte=since)
    found = Unit.objects.filter(lasting, kind__in=AGENCY_KINDS)
    runs = access.units_where(user, RUNS)
    if not runs.everywhere:
        found = found.filter(pk__in=runs.unit_ids | posts.units_at(user, SIGNS))
    return found.order_by("code")


def sheets_of(found: QualityRound, user: User) -> list[QualitySheet]:
    """Those in it that the person may see. One query."""
    rows = found.members.visible_to(user, RUNS)
    return list(rows.select_related("unit", "judged_by").defer("pieces").order_by("order"))


def mine(user: User) -> QuerySet[QualitySheet]:
    """The person's own sheets of the versions in force."""
    rows = QualitySheet.objects.of(user).filter(round__superseded_at=None)
    found: QuerySet[QualitySheet] = rows.select_related("round", "unit").defer("pieces")
    return found.annotate(last=F("round__last"))


def sheet_for(user: User, round_id: int, sheet_id: int) -> QualitySheet | None:
    """A sheet that is the person's own, or that he sees by his office. One query."""
    seen = QualitySheet.objects.visible_to(user, RUNS)
    rows = QualitySheet.objects.filter(Q(person=user) | Q(pk__in=seen.values("pk")))
    found: QualitySheet | None = (
        rows.filter(pk=sheet_id, round=round_id)
        .select_related(
            "round__unit", "round__judge_unit", "round__decided_by", "unit", "person", "judged_by"
        )
        .first()
    )
    return found


def totals(sheet: QualitySheet) -> dict[str, int]:
    """How → number, over all sources."""
    return {str(how): sum(row[how] for row in sheet.counts.values()) for how in How}


def lines_of(sheet: QualitySheet) -> list[dict[str, Any]]:
    """The table of a sheet: one line for each source, then the sum, which opens as well."""
    rows: list[tuple[str, Any, dict[str, int]]] = [
        (str(source), source.label, sheet.counts[source])
        for source in Source
        if source in sheet.counts  # none of a source that was not counted yet then
    ]
    rows.append(("", "", totals(sheet)))
    return [
        {
            "source": key, "words": words,
            "cells": [{"how": str(how), "words": how.label, "n": row[how]} for how in SHOWN],
        }
        for key, words, row in rows
    ]  # fmt: skip


def own_counts(sheet: QualitySheet) -> Counts:
    return count(sheet.own, Thresholds(**sheet.round.thresholds))


@dataclass(frozen=True)
class Behind:
    """One figure of one sheet and what it counts: `source` "" is all of them."""

    source: str
    how: str
    pieces: list[Piece]

    @property
    def words(self) -> str:
        of = Source(self.source).label if self.source else ""
        return f"{of} – {How(self.how).label}" if of else str(How(self.how).label)


def behind(sheet: QualitySheet, source: str, how: str) -> Behind | None:
    """None when there is no such figure."""
    if how not in How.values or source not in ("", *Source.values):
        return None
    pieces = [p for p in sheet.own if p.how == how and source in ("", p.source)]
    return Behind(source, how, pieces)


def described(pieces: Iterable[Piece], user: User) -> list[dict[str, Any]]:
    """Each piece with a name, what it is, and an address where the person may open it. What a
    document or task says is told only to who may open it. Two queries for each source there."""
    known = {
        Source.DOSSIERS: _steps, Source.DOCUMENTS: _documents, Source.TASKS: _tasks,
        Source.OPINIONS: _opinions,
    }  # fmt: skip
    pieces = list(pieces)
    facts: dict[tuple[str, int], dict[str, str]] = {}
    for source, read in known.items():
        ids = [piece.id for piece in pieces if piece.source == source]
        if ids:
            facts |= {(str(source), pk): told for pk, told in read(ids, user).items()}
    nothing = {"name": "", "words": "", "url": ""}
    return [
        {
            **facts.get((piece.source, piece.id), nothing), "source": Source(piece.source).label,
            "due": _day(piece.due), "done": _day(piece.done), "failed": piece.failed,
            "how": How(piece.how).label,
        }
        for piece in pieces
    ]  # fmt: skip


def _day(iso: str) -> dt.date | None:
    return dt.date.fromisoformat(iso) if iso else None


def _steps(ids: list[int], user: User) -> dict[int, dict[str, str]]:
    rows = list(StepRun.objects.filter(pk__in=ids).values_list("pk", "dossier__code", "name"))
    seen = Dossier.objects.visible_to(user, "view_dossiers")
    may = set(seen.filter(code__in={row[1] for row in rows}).values_list("code", flat=True))
    return {
        pk: {
            "name": code, "words": name,
            "url": reverse("onestop:dossier_detail", args=[code]) if code in may else "",
        }
        for pk, code, name in rows
    }  # fmt: skip


def _opinions(ids: list[int], user: User) -> dict[int, dict[str, str]]:
    """What was asked is told only to who may open the dossier."""
    rows = list(Opinion.objects.filter(pk__in=ids).values_list("pk", "dossier__code", "question"))
    seen = Dossier.objects.visible_to(user, "view_dossiers")
    may = set(seen.filter(code__in={row[1] for row in rows}).values_list("code", flat=True))
    return {
        pk: {
            "name": code, "words": question if code in may else "",
            "url": reverse("onestop:dossier_detail", args=[code]) if code in may else "",
        }
        for pk, code, question in rows
    }  # fmt: skip


def _documents(ids: list[int], user: User) -> dict[int, dict[str, str]]:
    rows = list(
        Assignment.objects.filter(pk__in=ids).values_list(
            "pk", "incoming_id", "incoming__reference", "incoming__subject"
        )
    )
    seen = Incoming.objects.visible_to(user, "view_documents")
    may = set(seen.filter(pk__in={row[1] for row in rows}).values_list("pk", flat=True))
    return {
        pk: {
            "name": reference, "words": subject if incoming in may else "",
            "url": reverse("documents:incoming_detail", args=[incoming]) if incoming in may else "",
        }
        for pk, incoming, reference, subject in rows
    }  # fmt: skip


def _tasks(ids: list[int], user: User) -> dict[int, dict[str, str]]:
    rows = list(
        Task.objects.filter(pk__in=ids).values_list("pk", "directive__reference", "content")
    )
    seen = Task.objects.visible_to(user, "view_tasks")
    may = set(seen.filter(pk__in=ids).values_list("pk", flat=True))
    return {
        pk: {
            "name": reference, "words": content if pk in may else "",
            "url": reverse("directives:task_detail", args=[pk]) if pk in may else "",
        }
        for pk, reference, content in rows
    }  # fmt: skip
