"""Where the paper originals of a dossier are, and the slips between units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from common.days import start_of
from onestop.models import (
    Channel,
    Dossier,
    DossierPaper,
    ItemState,
    OriginalsItem,
    OriginalsSlip,
    Participant,
    SlipState,
)
from onestop.queries.dossiers import FIRST_DAY
from organizations import access
from organizations.models import Unit, User

HANDING = ("receive_dossiers", "process_dossiers", "return_results", "release_results")


@dataclass(frozen=True)
class Place:
    """Where an original lies: in a unit, or on the way between two."""

    unit_id: int | None  # None on the way
    unit: str
    state: str  # of the last item; "" when it never moved
    to_unit: str = ""
    number: str = ""
    slip_id: int | None = None
    between: tuple[int, ...] = ()  # units of the last slip

    @property
    def words(self) -> str:
        facts = {"unit": self.unit, "to": self.to_unit, "number": self.number}
        if self.state == ItemState.SENT:
            return _("on the way from %(unit)s to %(to)s, slip %(number)s") % facts
        if self.state == ItemState.MISSING:
            return _("at %(unit)s; missing when handed to %(to)s, slip %(number)s") % facts
        return _("at %(unit)s") % facts


def with_places(papers: Any) -> Any:
    """The same papers with what `place_of` reads. No query of its own."""
    last = OriginalsItem.objects.filter(paper=OuterRef("pk")).order_by("-pk")
    move = last.values(
        found=JSONObject(
            state="state", slip="slip_id", number="slip__number", from_id="slip__from_unit_id",
            from_name="slip__from_unit__name", to_id="slip__to_unit_id",
            to_name="slip__to_unit__name",
        )
    )  # fmt: skip
    return papers.annotate(
        move=Subquery(move[:1]),
        counter=JSONObject(id="dossier__receiving_unit_id", name="dossier__receiving_unit__name"),
    )


def place_of(paper: Any) -> Place:
    """Of a paper of `with_places`. What was missing, refused or taken back never left."""
    move = paper.move
    if move is None:
        return Place(paper.counter["id"], paper.counter["name"], "")
    state, between = move["state"], (move["from_id"], move["to_id"])
    if state == ItemState.GOT:
        return Place(move["to_id"], move["to_name"], state, slip_id=move["slip"], between=between)
    return Place(
        None if state == ItemState.SENT else move["from_id"], move["from_name"], state,
        move["to_name"], move["number"], move["slip"], between,
    )  # fmt: skip


def may_hand(user: User, unit_id: int | None) -> bool:
    """Whether the person works with the papers of that unit."""
    return unit_id is not None and any(access.may(user, name, unit_id) for name in HANDING)


def with_originals(dossiers: Any) -> list[DossierPaper]:
    """Papers with originals of dossiers that are not electronic, by code. One query."""
    papers = DossierPaper.objects.filter(dossier__in=dossiers, originals__gt=0)
    papers = papers.exclude(dossier__channel=Channel.ONLINE).filter(dossier__voided_at=None)
    return list(with_places(papers).select_related("dossier").order_by("dossier__code", "order"))


@dataclass(frozen=True)
class Lying:
    """One paper with originals, and where they lie."""

    paper: DossierPaper
    place: Place


@dataclass(frozen=True)
class Handing:
    """What of the ticked dossiers one slip can take along."""

    giving: Place
    lying: list[Lying]
    elsewhere: list[Lying]
    units: list[Unit]  # that take part in all of them


def handing_of(dossier_ids: Iterable[int], user: User) -> Handing | None:
    """The papers that lie in one unit of the person's reach; None when there are none."""
    seen = dossiers_of(dossier_ids, user)
    rows = [Lying(p, place_of(p)) for p in with_originals(seen)]
    known = {row.paper.pk for row in rows}
    rows += [row for row in _handed_to_parts(seen, user) if row.paper.pk not in known]
    here = [row for row in rows if may_hand(user, row.place.unit_id)]
    if not here:
        return None
    giving = here[0].place
    lying = [row for row in here if row.place.unit_id == giving.unit_id]
    units = units_to_hand_to({row.paper.dossier_id for row in lying}, giving.unit_id or 0)
    return Handing(giving, lying, [row for row in rows if row not in lying], units)


def units_to_hand_to(dossier_ids: Iterable[int], except_id: int) -> list[Unit]:
    """Units that take part in every one of these dossiers."""
    ids = set(dossier_ids)
    parts = taking_part_in(ids).values("unit")
    shared = parts.annotate(n=Count("whole", distinct=True)).filter(n=len(ids))
    return list(
        Unit.objects.filter(pk__in=shared.values("unit")).exclude(pk=except_id).order_by("path")
    )


def taking_part_in(dossier_ids: Iterable[int]) -> Any:
    """Participants of these dossiers and of their parts, whose originals stay with the `whole`."""
    ids = list(dossier_ids)
    found = Participant.objects.filter(Q(dossier__in=ids) | Q(dossier__parent__in=ids))
    return found.annotate(
        whole=Case(When(dossier__in=ids, then=F("dossier")), default=F("dossier__parent"))
    )


def _handed_to_parts(parts: Any, user: User) -> list[Lying]:
    """Of the originals of the wholes of these parts, those that lie with the person: nothing else
    of the whole is shown to a part. One query."""
    wholes = parts.filter(parent__isnull=False).values("parent")
    rows = [Lying(p, place_of(p)) for p in with_originals(wholes)]
    return [row for row in rows if may_hand(user, row.place.unit_id)]


def slips_of(user: User, view: str, since: dt.date | None = None) -> Any:
    """Slips as rows: "can-nhan" to confirm here, "da-giao" given from here, "da-nhan" taken.

    With `since` those that were sent or ended on that day or later: read along the slips of a unit
    in their order, which are thousands at most.
    """
    reaches = [access.units_where(user, name) for name in HANDING]
    found = OriginalsSlip.objects.all()
    if not any(reach.everywhere for reach in reaches):
        ids = frozenset().union(*(reach.unit_ids for reach in reaches))
        found = found.filter(**{"from_unit__in" if view == "da-giao" else "to_unit__in": ids})
    if view == "can-nhan":
        found = found.filter(state=SlipState.SENT)
    if since:
        moment = start_of(max(since, FIRST_DAY))
        found = found.filter(Q(sent_at__gte=moment) | Q(ended_at__gte=moment))
    return found.values(
        "id", "number", "state", "sent_at",
        from_name=F("from_unit__name"), to_name=F("to_unit__name"),
        sender=F("sent_by__full_name"),
        papers=Subquery(
            OriginalsItem.objects.filter(slip=OuterRef("pk")).order_by()
            .values("slip").annotate(n=Count("pk")).values("n")
        ),
    )  # fmt: skip


def checklist(dossier: Dossier, user: User) -> dict[str, Any]:
    """The papers of a dossier with where the originals are; and whether the person may send them
    on. Two queries, one for the files; one more for a part."""
    is_paper = dossier.channel != Channel.ONLINE and not dossier.is_void
    rows = dossier.papers.prefetch_related("files__stored").order_by("order")
    papers = list(with_places(rows) if is_paper else rows)
    reach = access.units_where(user, "view_dossiers")
    for paper in papers:
        paper.lies = place_of(paper) if paper.originals and is_paper else None
        paper.slip = None
        if paper.lies and paper.lies.slip_id and any(each in reach for each in paper.lies.between):
            paper.slip = paper.lies.slip_id
    may_hand_over = any(paper.lies and may_hand(user, paper.lies.unit_id) for paper in papers)
    if dossier.is_part and not may_hand_over:
        own = Dossier.objects.filter(pk=dossier.pk)
        may_hand_over = bool(_handed_to_parts(own, user))
    return {"papers": papers, "may_hand_over": may_hand_over}


def dossiers_of(codes_or_ids: Iterable[int], user: User) -> Any:
    """Of the ticked ones, those that the person may see."""
    seen = Dossier.objects.visible_to(user, "view_dossiers")
    return seen.filter(pk__in=list(codes_or_ids))
