"""Uploads: stored when they passed the checks, claimed by what they hang on, swept otherwise.

An app that owns the thing:

    stored = store(upload, actor=clerk)                        # a form does it: files.forms
    rows = claim(file_ids, actor=clerk)                        # inside its own service
    DossierFile.objects.create(dossier=dossier, stored=row)

and answers a download, after its own check of who may see the dossier, with
`files.responses.file_response(stored)`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import IO, Any, cast

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.services import record
from common.errors import DomainError
from files import scanner, storage
from files.checks import MEGABYTE, Limits, UploadError, check
from files.models import ScanState, StoredFile
from organizations.models import User
from tenancy.models import Province
from tenancy.scope import after_commit, required_scope

KEEP_STAGED = dt.timedelta(days=1)
DEFAULT_MEGABYTES = 20  # no legal source; see files.checks.Limits


class StorageFull(UploadError):
    """The disk takes no more; what was stored before stays, and so does the form."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no room left for files. Nothing that was saved is lost. Tell the "
                "administrator, and upload the file again later."
            ),
            code="storage_full",
        )


class FileGone(DomainError):
    """A staged file was swept, or somebody else used it."""

    code = "file_gone"
    default_message = _("An uploaded file is no longer there. Upload it again.")


def limits() -> Limits:
    """The setting FILES_MAX_MEGABYTES, and the guards that nobody needs to change."""
    return Limits(size=getattr(settings, "FILES_MAX_MEGABYTES", DEFAULT_MEGABYTES) * MEGABYTE)


@transaction.atomic
def store(upload: File[Any], *, actor: User | None) -> StoredFile:
    """Check an upload and keep it, staged. Raises FileRefused or StorageFull.

    `actor` is None for a citizen's own form, which claims it in the same transaction.

    The bytes are on disk before the row is committed: a row without its file cannot be.
    """
    content = cast(IO[bytes], upload.file)
    checked = check(upload.name or "", content, limits())
    key = storage.new_key()
    try:
        sha256 = storage.write(province_code(), key, content)
    except storage.NoRoom as error:
        raise StorageFull from error
    wants_scan = scanner.is_configured() or settings.FILES_REQUIRE_SCAN
    stored: StoredFile = StoredFile.objects.create(
        name=checked.name,
        size=checked.size,
        sha256=sha256,
        content_type=checked.content_type,
        pages=checked.pages,
        storage_key=key,
        uploaded_by=actor,
        uploaded_at=timezone.now(),
        scan_state=ScanState.PENDING if wants_scan else ScanState.NOT_NEEDED,
    )
    record(stored, "file.stored", actor=actor, data={"sha256": sha256, "size": checked.size})
    return stored


def claim(file_ids: Iterable[int], *, actor: User | None) -> list[StoredFile]:
    """Take the actor's own staged files for good, in the order given. Raises FileGone.

    A step of the service that hangs them on something: it joins that transaction.
    """
    required_scope()
    ids = list(dict.fromkeys(file_ids))
    locked = StoredFile.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {row.pk: row for row in locked.filter(pk__in=ids, claimed_at=None, uploaded_by=actor)}
    if len(found) != len(ids):
        raise FileGone
    rows = [found[pk] for pk in ids]
    now = timezone.now()
    for row in rows:
        row.claimed_at = now
    StoredFile.objects.bulk_update(rows, ["claimed_at"])
    return rows


def let_go(stored: StoredFile) -> None:
    """Nothing hangs on the file any more: it is staged again, and swept once it is a day old.

    A step of the service that took it off: it joins that transaction.
    """
    required_scope()
    stored.claimed_at = None
    stored.save(update_fields=["claimed_at"])


def content_of(stored: StoredFile) -> bytes:
    """All its bytes."""
    with storage.open_file(province_code(), stored.storage_key) as stream:
        return stream.read()


@transaction.atomic
def scan(file_id: int) -> str:
    """Ask the scanner about one file; return its state. Raises ScannerAway: then it stays pending.

    A second call for a file that was scanned does nothing.
    """
    locked = StoredFile.objects.select_for_update(of=("self",), no_key=True)
    stored: StoredFile | None = locked.filter(pk=file_id, scan_state=ScanState.PENDING).first()
    if stored is None:
        return ""
    with storage.open_file(province_code(), stored.storage_key) as stream:
        virus = scanner.scan(stream)
    stored.scan_state = ScanState.INFECTED if virus else ScanState.CLEAN
    stored.virus = virus
    stored.scanned_at = timezone.now()
    stored.save(update_fields=["scan_state", "virus", "scanned_at"])
    if virus:
        record(stored, "file.infected", actor=None, data={"virus": virus})
    return stored.scan_state


def scan_waiting(most: int = 100) -> int:
    """Scan the oldest files that still wait; stop quietly when the scanner is away."""
    if not scanner.is_configured():
        return 0
    done = 0
    for pk in list(StoredFile.objects.waiting_for_scan().values_list("pk", flat=True)[:most]):
        try:
            scan(pk)
        except scanner.ScannerAway:
            break
        except FileNotFoundError:
            continue
        done += 1
    return done


@transaction.atomic
def sweep(now: dt.datetime) -> int:
    """Remove what nobody used within a day: staged rows with their files, and files without a row.

    Returns how many files go.
    """
    before = now - KEEP_STAGED
    locked = StoredFile.objects.select_for_update(of=("self",), skip_locked=True)
    staged = list(locked.staged().filter(uploaded_at__lt=before).order_by("pk")[:1000])
    gone = [row.storage_key for row in staged]
    for row in staged:
        record(row, "file.swept", actor=None)
    StoredFile.objects.filter(pk__in=[row.pk for row in staged]).delete()
    on_disk = list(storage.old_keys(province_code(), before))
    for start in range(0, len(on_disk), 1000):
        part = on_disk[start : start + 1000]
        known = StoredFile.objects.filter(storage_key__in=part).values_list(
            "storage_key", flat=True
        )
        gone += sorted(set(part) - set(known) - set(gone))
    after_commit(_delete_all, province_code(), gone)
    return len(gone)


def _delete_all(province: str, keys: list[str]) -> None:
    for key in keys:
        storage.delete(province, key)


def province_code() -> str:
    """Code of the open province. One query per transaction."""
    scope = required_scope()
    if "province code" not in scope.memory:
        scope.memory["province code"] = Province.objects.values_list("code", flat=True).get(
            pk=scope.province_id
        )
    code: str = scope.memory["province code"]
    return code
