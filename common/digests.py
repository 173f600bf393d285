"""Digests by which it is seen later that something is still what it was."""

from __future__ import annotations

import hashlib
import json


def digest_of_data(data: object) -> str:
    """SHA-256 of plain data as JSON: the same for equal data, whatever the order of its keys."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
