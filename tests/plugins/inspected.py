"""Uploads are looked into, and PDFs read, by the same functions without a child of their own.

The children (files/inspector.py, files/reader.py) cost 0.2 s each to start. They are asked where
limits differ from the usual ones, and for everything in tests/files, where they are tested.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import IO, Any

import pytest
from PIL import Image

from files import checks, inspector, reader, reading, texts

Inspect = Callable[[checks.Kind, IO[bytes], checks.Limits], tuple[str, int | None]]
asks_the_child: Inspect = checks._inspect
reads_in_a_child = reading._told
USUAL = (reading.ReadingLimits(), texts.LIMITS)


def looks_into(
    kind: checks.Kind, stream: IO[bytes], limits: checks.Limits
) -> tuple[str, int | None]:
    if limits != checks.Limits():
        return asks_the_child(kind, stream, limits)
    stream.seek(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Image, "MAX_IMAGE_PIXELS", None)
        return inspector.inspect(kind.key, io.BytesIO(stream.read()), asdict(limits))


def reads(pdf: bytes, limits: reading.ReadingLimits) -> dict[str, Any]:
    if limits not in USUAL:
        return reads_in_a_child(pdf, limits)
    return reader.told(pdf, asdict(limits))


@pytest.fixture(scope="session", autouse=True)
def _no_children_for_samples() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "_inspect", looks_into)
        patch.setattr(reading, "_told", reads)
        yield
