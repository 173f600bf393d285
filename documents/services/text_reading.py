"""Reads, for the search, the files of documents that no event has read: those that were kept before
there was a search of words, and those that took too long in the day."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from documents.models import Annex, Edition, IncomingFile
from files import texts
from files.models import StoredFile
from tenancy.models import Province
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.documents")
STEP = 1_000  # rows looked at in one transaction
RUN_SECONDS = 300  # of all provinces, in a run of the clock


@dataclass
class Tally:
    """What one run did."""

    read: int = 0
    missing: int = 0  # files that are not in the storage: they are looked for in the next run
    failed: int = 0  # files that could not be opened: they are tried again, too
    is_done: bool = False  # nothing is left but these


def read_waiting(province: Province, seconds: float) -> Tally:
    """Read for so long, the newest first, each file in a transaction of its own: it may be ended
    at any moment, and the next run goes on where this one was."""
    end, tally = time.monotonic() + seconds, Tally()
    for pk in _waiting(province):
        if time.monotonic() > end:
            return tally
        try:
            with tenant_scope(province):
                tally.read += texts.keep(StoredFile.objects.filter(pk=pk))
        except FileNotFoundError:
            log.warning("province %s: file %s is not in the storage", province.code, pk)
            tally.missing += 1
        except SoftTimeLimitExceeded:
            raise
        except Exception:  # of one file, which must not keep the others waiting
            log.exception("province %s: file %s cannot be read", province.code, pk)
            tally.failed += 1
    tally.is_done = True
    return tally


def _waiting(province: Province) -> Iterator[int]:
    """Ids of stored files that are not read, a step of rows at a time."""
    for source in (_came, _papers, _annexes):
        before: int | None = None
        while True:
            with tenant_scope(province):
                found = source() if before is None else source().filter(pk__lt=before)
                rows = _step(found)
            yield from (stored for _pk, stored, is_read in rows if not is_read)
            if len(rows) < STEP:
                break
            before = rows[-1][0]


def _step(found: Any) -> list[tuple[int, int, bool]]:
    read = texts.read_before().filter(stored=OuterRef("file"))
    rows = found.annotate(is_read=Exists(read)).order_by("-pk")
    return list(rows.values_list("pk", "file", "is_read")[:STEP])


def _came() -> Any:
    return IncomingFile.objects.annotate(file=F("stored"))


def _papers() -> Any:
    """The newest paper of what was issued."""
    later = Edition.objects.filter(outgoing=OuterRef("outgoing"), order__gt=OuterRef("order"))
    found = Edition.objects.filter(~Exists(later), outgoing__issued_at__isnull=False)
    return found.annotate(file=F("stored"))


def _annexes() -> Any:
    found = Annex.objects.filter(until_version=None, outgoing__issued_at__isnull=False)
    return found.annotate(file=Coalesce("sealed", "stored"))
