"""How long one waits after a failure before one tries again."""

from __future__ import annotations

MOST_DOUBLINGS = 10  # more than any `most` needs; a count of failures has no end


def doubled(first: int, failures: int, most: int) -> int:
    """Seconds after the n-th failure in a row: `first`, doubled each time, at most `most`."""
    return min(first * 2 ** min(max(failures - 1, 0), MOST_DOUBLINGS), most)
