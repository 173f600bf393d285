"""The province's own words of a form: drafted, looked at, published from a day on, never changed.

In force on a day is the latest that began by then, of the shipped words and the province's own; on
the same day the province's own go before. A printed form keeps which words it was issued with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from organizations import access
from organizations.models import User
from papers.fields import RESULT
from papers.merge import Fault
from papers.models import FormWords
from papers.wording import Shipped, Words, faults_in, shipped_on

_subjects: list[Callable[[str], bool]] = []


def offer_subjects(is_one: Callable[[str], bool]) -> None:
    """An upper app says which codes name a procedure."""
    _subjects.append(is_one)


def is_subject(code: str) -> bool:
    return any(is_one(code) for is_one in _subjects)


class WordsRefusedError(DomainError):
    """These words cannot be printed, or not from that day."""

    code = "form_words"


class NotADraftError(TransitionError):
    default_message = gettext_lazy("Published words are never changed. Draft new ones from them.")


def in_force(form: str, day: dt.date) -> tuple[FormWords | None, Shipped]:
    """The province's own words of a day, or None; and the shipped ones. One query."""
    law = shipped_on(form, day)
    own: FormWords | None = FormWords.objects.in_use().filter(form=form, valid_from__lte=day).last()
    if own is not None and own.valid_from is not None and own.valid_from < law.valid_from:
        own = None
    return own, law


def words_on(form: str, day: dt.date) -> Words:
    own, law = in_force(form, day)
    return own.as_words() if own else law.words


def templates_on(subject: str, day: dt.date) -> list[FormWords]:
    """Templates of draft results for a procedure, its own before the general ones; of one name the
    latest. One query."""
    rows = FormWords.objects.in_use().filter(
        form=RESULT, subject__in=("", subject), valid_from__lte=day
    )
    latest = {(row.subject, row.name): row for row in rows}
    return sorted(latest.values(), key=lambda row: (row.subject == "", row.name, row.pk))


@transaction.atomic
def draft(
    form: str, words: Words, *, actor: User, copied_from: str, name: str = "", subject: str = ""
) -> FormWords:
    """A draft with these words, to be changed."""
    access.require_anywhere(actor, "manage_catalogue")
    row: FormWords = FormWords.objects.create(
        form=form, words=words.as_data(), copied_from=copied_from, made_at=timezone.now(),
        made_by=actor, name=name, subject=subject,
    )  # fmt: skip
    record(row, "form_words.drafted", actor=actor, data={"form": form, "from": copied_from})
    return row


@transaction.atomic
def save(
    row_id: int, words: Words, *, actor: User, seen: str, name: str = "", subject: str = ""
) -> FormWords:
    """Keep what was written. `seen` is the digest of the words that the person had before him."""
    row = _draft_to_change(row_id, actor)
    if row.as_words().digest != seen:
        raise AlreadyDone(_("Somebody changed this draft meanwhile. Look at it before you go on."))
    row.words, row.name, row.subject = words.as_data(), name, subject
    row.save(update_fields=["words", "name", "subject"])
    record(row, "form_words.saved", actor=actor, data={"form": row.form})
    return row


@transaction.atomic
def publish(row_id: int, *, actor: User, valid_from: dt.date, source: str, seen: str) -> FormWords:
    """Papers issued from that day on carry these words; what was issued before stays."""
    row = _draft_to_change(row_id, actor)
    words = row.as_words()
    if words.digest != seen:
        raise AlreadyDone(_("Somebody changed this draft meanwhile. Look at it before you go on."))
    _require_no_faults(faults_in(row.form, words).values())
    if row.form == RESULT and not row.name:
        raise WordsRefusedError(_("Give the template a name, so that officials find it."))
    if valid_from < timezone.localdate():
        raise WordsRefusedError(_("Words hold from today or a later day on, never backwards."))
    row.valid_from, row.source = valid_from, source
    row.published_at, row.published_by = timezone.now(), actor
    row.save(update_fields=["valid_from", "source", "published_at", "published_by"])
    facts = {"form": row.form, "valid_from": valid_from.isoformat(), "digest": words.digest}
    record(row, "form_words.published", actor=actor, data=facts)
    return row


@transaction.atomic
def withdraw(row_id: int, *, actor: User) -> FormWords:
    """Throw a draft away, or take back words whose day has not come: no paper carries them.

    A template of draft results ends so at any time: a draft keeps the words that were filled in.
    """
    row: FormWords = FormWords.objects.lock(row_id)
    access.require_anywhere(actor, "manage_catalogue")
    if row.withdrawn_at is not None:
        raise AlreadyDone
    has_begun = row.valid_from is not None and row.valid_from <= timezone.localdate()
    if has_begun and row.form != RESULT:
        raise WordsRefusedError(_("Only words whose day has not come can be taken back."))
    row.withdrawn_at, row.withdrawn_by = timezone.now(), actor
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(row, "form_words.withdrawn", actor=actor, data={"form": row.form})
    return row


def _draft_to_change(row_id: int, actor: User) -> FormWords:
    row: FormWords = FormWords.objects.lock(row_id)
    access.require_anywhere(actor, "manage_catalogue")
    if not row.is_draft or row.withdrawn_at is not None:
        raise NotADraftError
    return row


def _require_no_faults(found: Iterable[list[Fault]]) -> None:
    faults = [str(fault) for faults in found for fault in faults]
    if faults:
        raise WordsRefusedError(" ".join(faults))
