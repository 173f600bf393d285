"""Paper originals go from unit to unit by slip; the other side confirms what arrived.

An original lies at the receiving counter until a slip was confirmed elsewhere (queries/originals).
Locks: the dossiers in the order of their ids when papers leave; the slip when it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from onestop.models import (
    Channel,
    Dossier,
    DossierPaper,
    ItemState,
    OriginalsItem,
    OriginalsSlip,
    SlipState,
)
from onestop.queries.originals import HANDING, may_hand, place_of, taking_part_in, with_places
from onestop.services.papers_of import letterhead
from organizations import access
from organizations.models import Unit, User
from papers.forms_data import Original, OriginalsHandedOver
from papers.services import issue

MOST = 1_000  # papers on one slip


class OriginalsError(DomainError):
    """The papers cannot go that way; the sentence says which and why."""

    code = "originals"


@transaction.atomic
def hand_over(
    paper_ids: Iterable[int], *, actor: User, from_unit_id: int, to_unit_id: int, note: str = ""
) -> OriginalsSlip:
    """One slip for originals that lie in one unit, of one or several dossiers."""
    at = timezone.now()
    wanted = set(paper_ids)
    papers = _locked(wanted)
    _require_hands(actor, from_unit_id)
    units = Unit.objects.select_related("parent").in_bulk([from_unit_id, to_unit_id])
    _require_way(papers, wanted, from_unit_id, to_unit_id, units)
    giving, taking = units[from_unit_id], units[to_unit_id]
    slip: OriginalsSlip = OriginalsSlip.objects.create(
        from_unit=giving, to_unit=taking, sent_at=at, sent_by=actor, note=note
    )
    OriginalsItem.objects.bulk_create(
        OriginalsItem(
            slip=slip, dossier_id=paper.dossier_id, paper=paper, originals=paper.originals
        )
        for paper in papers
    )
    form = OriginalsHandedOver(
        letterhead=letterhead(giving, at), from_unit=giving.name, from_person=actor.full_name,
        to_unit=taking.name, sent_at=at, items=[_original(paper) for paper in papers],
        dossiers=str(len({paper.dossier_id for paper in papers})),
        originals=str(sum(paper.originals for paper in papers)), note=note,
    )  # fmt: skip
    slip.form = issue(
        form, unit_id=giving.pk, subject=slip, subject_name=str(slip.pk), actor=actor, at=at
    )
    slip.number = slip.form.number_in_words
    slip.save(update_fields=["form", "number"])
    record(slip, "originals.sent", actor=actor, data=_facts(slip, papers))
    for dossier in _dossiers(papers):
        record(dossier, "dossier.originals_sent", actor=actor, data=_facts(slip))
    return slip


@transaction.atomic
def confirm(slip_id: int, *, actor: User, missing: Mapping[int, str]) -> OriginalsSlip:
    """The other side has the papers, but for the items of `missing` (id → note)."""
    slip = _locked_slip(slip_id)
    _require_hands(actor, slip.to_unit_id)
    items = _items_of(slip)
    unknown = set(missing) - {item.pk for item in items}
    if unknown:
        raise OriginalsError(_("Some of the marked papers are not on this slip."))
    for item in items:
        item.state = ItemState.MISSING if item.pk in missing else ItemState.GOT
        item.note = missing.get(item.pk, "")[:300]
    OriginalsItem.objects.bulk_update(items, ["state", "note"])
    _end(slip, SlipState.RECEIVED, actor)
    papers = [item.paper for item in items]
    record(slip, "originals.received", actor=actor, data=_facts(slip, papers))
    for dossier in _dossiers(items):
        lost = [
            item.paper.name
            for item in items
            if item.dossier_id == dossier.pk and item.state == ItemState.MISSING
        ]
        told = _facts(slip) | ({"missing": lost} if lost else {})
        record(dossier, "dossier.originals_received", actor=actor, data=told)
    return slip


@transaction.atomic
def refuse(slip_id: int, *, actor: User, reason: str) -> OriginalsSlip:
    """The other side takes nothing over: all stays where it was."""
    slip = _locked_slip(slip_id)
    _require_hands(actor, slip.to_unit_id)
    items = _items_of(slip)
    if not reason.strip():
        raise OriginalsError(_("Say why the papers are not taken over."))
    return _keep(slip, items, SlipState.REFUSED, actor, reason.strip()[:500])


@transaction.atomic
def take_back(slip_id: int, *, actor: User) -> OriginalsSlip:
    """The giving side takes a slip back that nobody has confirmed."""
    slip = _locked_slip(slip_id)
    _require_hands(actor, slip.from_unit_id)
    items = _items_of(slip)
    return _keep(slip, items, SlipState.TAKEN_BACK, actor)


def _locked(wanted: set[int]) -> list[DossierPaper]:
    """The papers with their place, under the locks of their dossiers."""
    if not wanted or len(wanted) > MOST:
        raise OriginalsError(_("Choose the papers that go along, at most 1,000."))
    ids = DossierPaper.objects.filter(pk__in=wanted).values("dossier_id")
    list(Dossier.objects.for_change().filter(pk__in=ids).order_by("pk").values_list("pk"))
    found = with_places(DossierPaper.objects.filter(pk__in=wanted))
    return list(found.select_related("dossier").order_by("dossier__code", "order"))


def _require_way(
    papers: Sequence[DossierPaper], wanted: set[int], from_unit_id: int, to_unit_id: int,
    units: Mapping[int, Unit],
) -> None:  # fmt: skip
    if len(papers) != len(wanted) or len(units) != 2:
        raise OriginalsError(_("Choose two different units and papers that exist."))
    dossiers = {paper.dossier_id: paper.dossier for paper in papers}
    taking_part = set(
        taking_part_in(dossiers).filter(unit_id=to_unit_id).values_list("whole", flat=True)
    )
    for dossier in dossiers.values():
        if dossier.channel == Channel.ONLINE or dossier.is_void:
            raise OriginalsError(
                _("%(code)s has no papers to hand over: it is electronic or void.")
                % {"code": dossier.code}
            )
        if dossier.pk not in taking_part:
            raise OriginalsError(
                _("%(unit)s has no part in %(code)s.")
                % {"unit": units[to_unit_id].name, "code": dossier.code}
            )
    for paper in papers:
        if not paper.originals or place_of(paper).unit_id != from_unit_id:
            raise OriginalsError(
                _("%(code)s: “%(paper)s” does not lie here.")
                % {"code": paper.dossier.code, "paper": paper.name}
            )


def _locked_slip(slip_id: int) -> OriginalsSlip:
    slip: OriginalsSlip = OriginalsSlip.objects.lock(slip_id)
    return slip


def _items_of(slip: OriginalsSlip) -> list[OriginalsItem]:
    """Of a slip that nobody has ended."""
    if slip.state != SlipState.SENT:
        raise AlreadyDone
    return list(slip.items.select_related("paper", "dossier").order_by("pk"))


def _require_hands(actor: User, unit_id: int) -> None:
    """Who works with dossiers in that unit."""
    if not may_hand(actor, unit_id):
        access.require(actor, HANDING[0], unit_id)


def _keep(
    slip: OriginalsSlip, items: Sequence[OriginalsItem], state: SlipState, actor: User,
    reason: str = "",
) -> OriginalsSlip:  # fmt: skip
    OriginalsItem.objects.filter(slip=slip).update(state=ItemState.BACK)
    slip.reason = reason
    _end(slip, state, actor)
    facts = _facts(slip) | ({"reason": reason} if reason else {})
    record(slip, "originals.kept", actor=actor, data=facts)
    for dossier in _dossiers(items):
        record(dossier, "dossier.originals_kept", actor=actor, data=facts)
    return slip


def _end(slip: OriginalsSlip, state: SlipState, actor: User) -> None:
    slip.state, slip.ended_at, slip.ended_by = state, timezone.now(), actor
    slip.save(update_fields=["state", "ended_at", "ended_by", "reason"])


def _original(paper: DossierPaper) -> Original:
    return Original(
        code=paper.dossier.code, applicant=paper.dossier.applicant_name, name=paper.name,
        originals=paper.originals,
    )  # fmt: skip


def _dossiers(rows: Sequence[DossierPaper | OriginalsItem]) -> list[Dossier]:
    """Each once."""
    return list({row.dossier_id: row.dossier for row in rows}.values())


def _facts(slip: OriginalsSlip, papers: Sequence[DossierPaper] = ()) -> dict[str, Any]:
    """What the log keeps of a slip."""
    return {
        "slip": slip.number,
        "from_unit": slip.from_unit.name,
        "to_unit": slip.to_unit.name,
        **({"papers": len(papers)} if papers else {}),
    }
