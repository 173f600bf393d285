"""What happened since: the audit log for readers who must miss nothing.

Entries commit in another order than they take their ids. Told are only those up to an id below
which none can appear any more (audit/seals.py): so who asks again from the last id that he was
told gets every entry once, in one order.
"""

from __future__ import annotations

from typing import Any

from audit import seals
from audit.models import AuditEntry


def settled_id() -> int:
    """An id up to which no entry of the open province can appear any more.

    Nobody is made to wait: what is not settled now is told next time. Four short queries.
    """
    try:
        found = seals.settled_id(seals.Patience(seconds=0))
    except seals.NotFresh:  # this transaction has written itself: what is sealed is settled
        found = 0
    return max(found, seals.head().entry_id)


def entries_after(after: int, until: int, subject_type: str, most: int) -> list[dict[str, Any]]:
    """Entries about one kind of subject, in order, `until` included. One query on one index."""
    rows = AuditEntry.objects.filter(pk__gt=after, pk__lte=until, subject_type=subject_type)
    return list(rows.order_by("pk").values("id", "at", "action", "subject_id", "data")[:most])
