"""Lists of outgoing documents: what is mine to do, what the registry has to do, registers."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from common.urgency import Urgency
from documents.document_types import type_name
from documents.issuing import AT_THE_REGISTRY, Stage
from documents.models import Annex, Consultation, Edition, Outgoing, Registry
from documents.queries.searching import in_fields
from documents.words import STAGE_TONES
from files.texts import files_with
from organizations import access
from organizations.models import User
from tenancy.search import among

TO_DO, AT_REGISTRY, OF_UNIT, REGISTER = "viec", "van-thu", "don-vi", "so"
WAITING = ("-urgency", "since", "id")
ORDER = {
    TO_DO: WAITING,
    AT_REGISTRY: WAITING,
    OF_UNIT: ("-id",),
    REGISTER: ("-year", "-issued_on", "-number", "-id"),
}  # fmt: skip
NEWEST = ("-id",)
IN_WORK = (Stage.DRAFT, Stage.CONTENT, Stage.FORM, Stage.SIGNING)
ASKED_IN = (Stage.DRAFT, Stage.CONTENT)  # later an opinion changes nothing any more


def drafts_of(user: User) -> QuerySet[Outgoing]:
    """Drafts that lie with the person."""
    found: QuerySet[Outgoing] = Outgoing.objects.filter(drafter=user, stage=Stage.DRAFT)
    return found


def to_approve(user: User) -> QuerySet[Outgoing]:
    """Of the units that he directs, content that waits for his approval."""
    units = access.units_where(user, "direct_documents")
    found: QuerySet[Outgoing] = Outgoing.objects.filter(stage=Stage.CONTENT)
    return found if units.everywhere else found.filter(unit__in=units.unit_ids)


def to_sign(user: User) -> QuerySet[Outgoing]:
    """What waits for his signature: of two the one beside the signer comes first."""
    second_comes = Q(second__isnull=False, second_signed_at=None)
    his = (Q(signer=user) & ~second_comes) | (Q(second=user) & second_comes)
    found: QuerySet[Outgoing] = Outgoing.objects.filter(his, stage=Stage.SIGNING)
    return found


def to_answer(user: User) -> QuerySet[Outgoing]:
    """Drafts on which the person, or a unit of his, is asked and has not answered."""
    found: QuerySet[Outgoing] = Outgoing.objects.filter(
        pk__in=_asked(user).values("outgoing"), stage__in=ASKED_IN
    )
    return found


PARTS = (drafts_of, to_approve, to_sign, to_answer)


def keys_to_do(user: User) -> Any:
    """The keys of all of these, each once: to be counted. Each part reads an index of its own."""
    parts = [find(user).order_by().values("pk") for find in PARTS]
    return parts[0].union(*parts[1:])


def waiting_for(user: User) -> Any:
    """All of these with whether an opinion is asked (`is_asked`)."""
    asked = _asked(user).filter(outgoing=OuterRef("pk"))
    return Outgoing.objects.filter(pk__in=keys_to_do(user)).annotate(is_asked=Exists(asked))


def to_do(user: User) -> Any:
    """The same as a list shows them, the most urgent first."""
    return rows_to_do(waiting_for(user))


def rows_to_do(found: Any) -> Any:
    """Of what `waiting_for` found what a list shows of it."""
    return _rows(found, "drafter_id", "signer_id", "second_id", "second_signed_at", "is_asked")


def rows_to_sign(user: User) -> Any:
    """What waits for his signature, as a list shows it."""
    return _rows(to_sign(user))


def waiting_at_registry(user: User) -> Any:
    """Form to be checked, number, seal or issue: at the registries of the person."""
    reach = access.units_where(user, "register_documents")
    found = Outgoing.objects.filter(stage__in=AT_THE_REGISTRY)
    return found.filter(registry__unit__in=reach.unit_ids)


def at_registry(user: User) -> Any:
    """The same as a list shows them."""
    return _rows(waiting_at_registry(user))


def of_units(user: User) -> Any:
    """What the units that the person directs have in work."""
    reach = access.units_where(user, "direct_documents")
    found = Outgoing.objects.filter(stage__in=IN_WORK)
    return _rows(found if reach.everywhere else found.filter(unit__in=reach.unit_ids))


def register(registry: Registry | None) -> Any:
    """What has a number of that body, a cancelled one too, newest first."""
    found = Outgoing.objects.registered().filter(registry=registry)
    return _rows(found, "closing_words", "year", "number", "signer_name")


def seen_of(found: Any, user: User) -> Any:
    """Of these documents the ones that the person may see, as a list shows them."""
    return _rows(found.visible_to(user, "view_documents"))


def search(user: User, words: str, *, is_first: bool = False) -> tuple[Any, bool]:
    """Documents that the person may see and that hold every word in their fields, or all of them
    one after the other in their files; newest first. Whether more match than the
    search looks at. `is_first`: no more than the first page is wanted."""
    files = files_with(words)
    papers = Edition.objects.filter(among("stored", files)).values_list("outgoing", flat=True)
    annexes = Annex.objects.filter(
        Q(among("stored", files)) | Q(among("sealed", files))
    ).values_list("outgoing", flat=True)
    known = [*papers, *annexes] if files else []
    ids, is_cut = in_fields(Outgoing, user, words, known, is_first=is_first)
    found = Outgoing.objects.visible_to(user, "view_documents").filter(among("pk", known + ids))
    return _rows(found), is_cut


def _asked(user: User) -> QuerySet[Consultation]:
    """Open questions to the person, or to a unit of his."""
    units = access.units_where(user, "view_documents")
    mine = Q(person=user) | Q(person=None, unit__in=units.unit_ids)
    return Consultation.objects.filter(mine, answered_at=None)


def _rows(found: Any, *more: str) -> Any:
    return found.annotate(
        unit_name=F("unit__name"), drafter_name=F("drafter__full_name"),
        signer_name=F("signer__full_name"),
    ).values(
        "id", "type", "reference", "subject", "urgency", "since", "stage", "issued_on",
        "unit_name", "drafter_name", *more,
    )  # fmt: skip


def tell(rows: list[dict[str, Any]], user: User) -> None:
    """Add the words of a list's rows, in place. No query of its own."""
    for row in rows:
        stage = Stage(row["stage"])
        row["type_name"] = type_name(row["type"])
        row["stage_words"], row["stage_tone"] = stage.label, STAGE_TONES[stage]
        row["is_void"] = stage in (Stage.CANCELLED, Stage.RECALLED)
        row["urgency_words"] = Urgency(row["urgency"]).label if row["urgency"] else ""
        row["urgency_tone"] = Urgency(row["urgency"]).tone
        if "is_asked" in row:
            row["to_do"] = _asked_of(row, stage, user)
            row["signs"] = stage == Stage.SIGNING and _next_signer(row) == user.pk


def _next_signer(row: dict[str, Any]) -> int:
    is_second = row["second_id"] is not None and row["second_signed_at"] is None
    signer: int = row["second_id"] if is_second else row["signer_id"]
    return signer


def _asked_of(row: dict[str, Any], stage: Stage, user: User) -> str:
    """What the person is to do with it; an opinion comes last."""
    if stage == Stage.DRAFT and row["drafter_id"] == user.pk:
        return _("Write the draft")
    if stage == Stage.SIGNING and _next_signer(row) == user.pk:
        return _("Sign")
    return _("Give your opinion") if row["is_asked"] else _("Approve the content")


def tab_words() -> dict[str, str]:
    return {
        TO_DO: _("To do"),
        AT_REGISTRY: _("Waiting for the registry"),
        OF_UNIT: _("Drafts of the unit"),
        REGISTER: _("Register of outgoing documents"),
    }
