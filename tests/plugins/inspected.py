"""The child that looks into uploads (files/inspector.py) is asked once for the same bytes.

Nearly all tests upload one of a few samples, and the child answers by nothing but kind, bytes and
limits. tests/files, where the child itself is tested, asks it each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import IO

import pytest

from files import checks

Inspect = Callable[[checks.Kind, IO[bytes], checks.Limits], str]
asks_the_child: Inspect = checks._inspect


def remembering(inspect: Inspect) -> Inspect:
    """The same answers; a child that had too little time or memory is asked again."""
    known: dict[tuple[str, bytes, checks.Limits], str] = {}

    def answer(kind: checks.Kind, stream: IO[bytes], limits: checks.Limits) -> str:
        stream.seek(0)
        key = kind.key, sha256(stream.read()).digest(), limits
        found = known[key] if key in known else inspect(kind, stream, limits)
        if found != "heavy":
            known[key] = found
        return found

    return answer


@pytest.fixture(scope="session", autouse=True)
def _samples_are_inspected_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "_inspect", remembering(asks_the_child))
        yield
