"""Results written from a template: filled in, printed as a draft, and again with its number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.pdf import render_pdf
from files.services import store
from onestop.models import Dossier, FileKind, Result, ResultDraft
from onestop.services.papers_of import letterhead
from onestop.states import PersonPart
from organizations.models import User
from papers.services import RESULT_TEMPLATE
from papers.wording import Words, finished, started, words_of
from papers.words import date_line, day_words

SHORT = {"agency_above", "agency", "place", "is_sample"}


@dataclass(frozen=True)
class Written:
    """A draft as it is kept beside its PDF."""

    words: Words
    head: dict[str, Any]
    template_id: int | None


def started_words(dossier: Dossier, template: Words) -> Words:
    """The template with the facts of the dossier, for the official to go on writing."""
    person = dossier.persons.filter(part=PersonPart.APPLICANT).first()
    born = person.born_on if person else None
    facts = {
        "code": dossier.code,
        "applicant": {
            "name": dossier.applicant_name, "identity_number": dossier.applicant_number,
            "address": person.address if person else "", "phone": person.phone if person else "",
            "email": person.email if person else "", "born_on": day_words(born) if born else "",
        },
        "procedure": dossier.version.name, "legal_basis": dossier.version.legal_basis,
        "result": dossier.version.result_name, "summary": dossier.summary,
        "received_on": _day(dossier.accepted_at), "due_on": _day(dossier.due_at),
        "agency": dossier.competent_unit.name, "today": day_words(timezone.localdate()),
    }  # fmt: skip
    return started(template, facts)


def head_of(dossier: Dossier) -> dict[str, Any]:
    """Agency and place as they are today."""
    head = letterhead(dossier.competent_unit, timezone.now())
    return {name: getattr(head, name) for name in SHORT}


def letter(words: Words, head: dict[str, Any], result: Result | None = None) -> dict[str, Any]:
    """The paper: a draft with room for number, date and signature, or the numbered result."""
    released = result.released_at if result else None
    signed = {"signer_title": "", "signer_name": ""}
    if result and result.approved_at and result.approved_by:
        signed = {"signer_title": result.capacity, "signer_name": result.approved_by.full_name}
    with translation.override("vi"):
        return {
            **finished(words, signed),
            "letterhead": {**head, "date_line": _date_line(head["place"], released)},
            "number": result.number if result else "",
            "sample": head["is_sample"] or settings.GOVIT_DEMO,
            "edition": 1,
            "is_void": False,
        }


def stored_draft(dossier: Dossier, words: Words, head: dict[str, Any], *, actor: User) -> int:
    """The PDF of the draft, staged among the files of the person; answers its id.

    One page takes some 100 ms, so nobody calls this while he holds a lock.
    """
    with translation.override("vi"):
        pdf = render_pdf(render_to_string(RESULT_TEMPLATE, letter(words, head)))
    file = ContentFile(pdf, name=f"du-thao-{dossier.code}.pdf")
    return int(store(file, actor=actor).pk)


def letter_of(dossier: Dossier) -> dict[str, Any] | None:
    """The released result of a dossier that was written here; None when it was not."""
    draft = (
        ResultDraft.objects.filter(
            dossier=dossier, file__kind=FileKind.DRAFT, file__replaced_at=None
        )
        .order_by("-pk")
        .first()
    )
    result = Result.objects.filter(dossier=dossier).select_related("approved_by").first()
    if draft is None or result is None or result.released_at is None:
        return None
    return letter(words_of(draft.words), draft.head, result)


def rewritten(words: Words, *, title: str, body: str, recipients: str) -> Words:
    """What the official left in the form; who signs stays the template's."""
    return replace(words, title=title, body=body, sign_left=recipients)


def _day(at: dt.datetime | None) -> str:
    return day_words(timezone.localdate(at)) if at else ""


def _date_line(place: str, released: dt.datetime | None) -> str:
    if released is not None:
        return date_line(place, timezone.localdate(released))
    year = timezone.localdate().year
    blank = _("day … month … year %(year)s") % {"year": year}
    return f"{place}, {blank}" if place else blank
