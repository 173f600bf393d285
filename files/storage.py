"""Where the bytes lie: MEDIA_ROOT/<province code>/<two letters>/<random key>, outside the web root.

A name on disk says nothing about the file. A file appears under its name complete and written
through, or not at all; one whose row was rolled back is found by the sweeper.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

KEY = re.compile(r"[0-9a-f]{40}")
PART = ".part"
CHUNK = 256 * 1024
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}


class NoRoom(OSError):
    """The disk, the quota or the file system takes no more."""


def new_key() -> str:
    return secrets.token_hex(20)


def path_of(province: str, key: str) -> Path:
    """The place of a key. Nothing that people typed is ever part of a path."""
    if not KEY.fullmatch(key):
        raise ValueError("not a storage key")
    return Path(settings.MEDIA_ROOT) / province / key[:2] / key


def write(province: str, key: str, stream: IO[bytes]) -> str:
    """Write the whole stream through to disk; return its SHA-256. Raises NoRoom."""
    place = path_of(province, key)
    part = place.with_name(place.name + PART)
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest = _copy(stream, part)
        part.rename(place)
        _sync_folder(place.parent)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in NO_ROOM:
            raise NoRoom(error.errno, error.strerror) from error
        raise
    return digest


def _copy(stream: IO[bytes], part: Path) -> str:
    digest = hashlib.sha256()
    stream.seek(0)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_file(province: str, key: str) -> IO[bytes]:
    return path_of(province, key).open("rb")


def delete(province: str, key: str) -> None:
    """Gone; no complaint when it was gone before."""
    path_of(province, key).unlink(missing_ok=True)


def old_keys(province: str, before: dt.datetime) -> Iterator[str]:
    """Keys of files on disk last written before a moment; half-written ones are removed."""
    root = Path(settings.MEDIA_ROOT) / province
    for place in root.glob("??/*"):
        try:
            written = dt.datetime.fromtimestamp(place.stat().st_mtime, tz=dt.UTC)
        except FileNotFoundError:  # deleted meanwhile
            continue
        if written >= before:
            continue
        if place.name.endswith(PART):
            place.unlink(missing_ok=True)
        elif KEY.fullmatch(place.name):
            yield place.name
