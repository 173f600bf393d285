"""Thay thế: what waits on a document ends once the one that replaces it is in the register (NĐ
30/2020/NĐ-CP Điều 18.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from audit.services import record
from documents.models import Assignment, Incoming
from documents.states import GONE, Ending, Status
from organizations.models import User

ENDS = ("status", "closed_at", "closing_words", "recall_asked_at", "recall_reason")


def lock_replaced(new: Incoming) -> list[Incoming]:
    """What it replaces, and what that one replaces, as far as it goes. A step of a service."""
    found: list[Incoming] = []
    key, known = new.replaces_id, {new.pk}
    while key is not None and key not in known:
        known.add(key)
        found.append(Incoming.objects.lock(key))
        key = found[-1].replaces_id
    return found


def end_replaced(
    older: Iterable[Incoming], new: Incoming, actor: User | None, on_behalf_of: str,
    at: dt.datetime,
) -> None:  # fmt: skip
    """`new` has its number: the work on these ends. A step of a service.

    Nobody gets the new one by it, for it is laid before a leader as every document is (Điều 23):
    his form proposes who had the old one. What nobody has registered yet is taken away.
    """
    words = _("Replaced by %s.") % f"{new.reference} ({new.arrival_words})".strip()
    for each in older:
        if each.status not in GONE:
            _end(each, words, actor, on_behalf_of, at)


def end_if_late(old: Incoming, at: dt.datetime) -> None:
    """A bus that mixes messages brings it when what replaces it has its number already: there is
    nothing to be done with it any more, nor with what it replaces. A step of a service."""
    newer = Incoming.objects.registered().filter(replaces=old).exclude(status__in=GONE)
    for each in newer.order_by("pk")[:1]:
        end_replaced([old, *lock_replaced(old)], each, None, "", at)


def _end(
    old: Incoming, words: str, actor: User | None, on_behalf_of: str, at: dt.datetime
) -> None:  # fmt: skip
    """Readers have nothing more to read, either. One that is done stays as it was finished."""
    lying = Assignment.objects.open().filter(incoming=old)
    had = sorted(lying.values_list("pk", flat=True))
    if old.status == Status.DONE and not had:
        return
    lying.update(ended_at=at, ended_by=actor, ending=Ending.ENDED)
    if old.status == Status.ARRIVED:
        old.recall_asked_at, old.recall_reason = old.recall_asked_at or at, words
        old.move_to(Status.RECALLED, at)
    elif old.status != Status.DONE:
        old.closing_words = words
        old.move_to(Status.DONE, at)
    old.save(update_fields=ENDS)
    record(
        old, "document.replaced", actor=actor, unit=old.registry.unit, on_behalf_of=on_behalf_of,
        data={"registry": old.registry_id, "status": old.status, "had": had, "words": words},
    )  # fmt: skip
