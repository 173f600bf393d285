"""What happened since: the audit log for readers who must miss nothing.

Entries commit in another order than they take their ids. Told are only those up to an id below
which none can appear any more (audit/seals.py): so who asks again from the last id that he was
told gets every entry once, in one order. What one request found out is kept for the next ones,
whichever process answers them; the feed waits for nobody to seal.
"""

from __future__ import annotations

from typing import Any

from audit import seals
from audit.models import AuditEntry, FeedMark
from audit.notes import afterwards


def settled_id() -> int:
    """An id up to which no entry of the open province can appear any more.

    Nobody is made to wait: what is seen now and not settled is noted, and asked about by the next
    request, so that one act after another cannot hold the feed back. At most seven short queries.
    """
    last, database = seals.last_id()
    sealed = seals.head().entry_id
    if sealed >= last:
        return sealed
    mark = FeedMark.objects.filter(database=database).first() or FeedMark(database=database)
    before = (mark.settled_id, mark.noted_number)
    try:
        _settle(mark, last)
    except seals.NotFresh:  # this transaction has written itself: it can note nothing
        return max(sealed, mark.settled_id)
    if (mark.settled_id, mark.noted_number) != before:
        afterwards(lambda: _keep(mark))
    return max(sealed, mark.settled_id)


def _settle(mark: FeedMark, last: int) -> None:
    """Settle what was noted, if those who wrote then have ended; then what is seen now."""
    while mark.settled_id < last:
        if mark.noted_number is None:
            mark.noted_id, mark.noted_number = last, seals.own_number()
        if not seals.have_ended_before(mark.noted_number):
            return
        mark.settled_id, mark.noted_number = max(mark.settled_id, mark.noted_id), None


def _keep(mark: FeedMark) -> None:
    """Of two requests at once the later one remains: both are true."""
    FeedMark.objects.bulk_create(
        [
            FeedMark(
                settled_id=mark.settled_id, noted_id=mark.noted_id,
                noted_number=mark.noted_number, database=mark.database,
            )
        ],
        update_conflicts=True,
        unique_fields=["province"],
        update_fields=["settled_id", "noted_id", "noted_number", "database"],
    )  # fmt: skip


def entries_after(after: int, until: int, subject_type: str, most: int) -> list[dict[str, Any]]:
    """Entries about one kind of subject, in order, `until` included. One query on one index."""
    rows = AuditEntry.objects.filter(pk__gt=after, pk__lte=until, subject_type=subject_type)
    return list(rows.order_by("pk").values("id", "at", "action", "subject_id", "data")[:most])
