"""What a publication was judged by, and whether two of them can be compared.

Snapshots are large and never change, so what is read of one is kept in the process under its
digest: the same digest is the same content, whatever the province.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ranking.models import Publication
from ranking.queries.published import comparable_with, judged_by
from ranking.rules.difference import Change, differences
from ranking.rules.snapshots import Content
from ranking.services.publication import faults_of

KEPT = 64


@lru_cache(maxsize=KEPT)
def content_of(digest: str) -> Content:
    """Of the publication with that digest. One query at first."""
    fields = ("snapshot__framework", "snapshot__terms")
    framework, terms = Publication.objects.filter(digest=digest).values_list(*fields)[0]
    return Content.of(framework, terms)


@dataclass(frozen=True)
class Comparison:
    """Whether places and percents of two years mean the same; if not, how much changed."""

    is_comparable: bool
    added: int = 0
    removed: int = 0
    scored: int = 0  # otherwise: maximum, weight, rule
    worded: int = 0  # otherwise: title, groups
    terms: int = 0  # scale, classes, lateness


@lru_cache(maxsize=KEPT)
def comparison_of(one: str, other: str) -> Comparison:
    """Of the publications with these digests. Two queries at first."""
    found = {each.digest: each for each in Publication.objects.filter(digest__in=[one, other])}
    new, old = found[one], found[other]
    if comparable_with(new, old):
        return Comparison(is_comparable=True)
    contents = (judged_by(each.snapshot) for each in (old, new))
    changes = [each for each in differences(*contents) if each.decides]

    def times(*kinds: Change) -> int:
        """Nodes, and keys of the terms, with such a change."""
        return len({(each.code, each.title, each.key if not each.code else "")
                    for each in changes if each.change in kinds})  # fmt: skip

    return Comparison(
        False, times(Change.ADDED), times(Change.REMOVED),
        times(Change.MAXIMUM, Change.WEIGHT, Change.RULE, Change.LEVEL),
        times(Change.TITLE, Change.GROUPS), times(Change.TERM),
    )  # fmt: skip


def is_recomputed(publication: Publication) -> bool:
    """Whether the table follows from the snapshot, line by line; computed once per content.

    The caller has checked that the snapshot still has its digest.
    """
    return _recomputed(publication.digest)


@lru_cache(maxsize=KEPT)
def _recomputed(digest: str) -> bool:
    snapshot = Publication.objects.filter(digest=digest).values_list("snapshot", flat=True)[0]
    return not faults_of(snapshot)
