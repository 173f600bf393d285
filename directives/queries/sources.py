"""What tasks come from: the document that somebody quotes, and the tasks that its page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from directives.models import Task
from directives.queries.detail import MOST_RELATED, lines_of
from directives.queries.lists import SEES, giving_units
from organizations import access
from organizations.models import User
from organizations.subjects import Facts, Panel, Subject, facts_of

TEMPLATE = "directives/_panel.html"


@dataclass(frozen=True)
class Quoted:
    """A row of another app, what it says, and the paragraphs that were chosen of it."""

    kind: str
    pk: int
    facts: Facts
    chosen: dict[int, str] = field(default_factory=dict)  # by number, from 1

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}"


def quoted(user: User, key: str, numbers: Iterable[str] = ()) -> Quoted | None:
    """What "documents.incoming:5" names, if the person may see it. With numbers of paragraphs its
    files are read; numbers of none are passed over."""
    kind, _colon, typed = key.partition(":")
    pk = int(typed) if typed.isdecimal() and len(typed) < 19 else 0
    facts = facts_of(user, kind, pk)
    if facts is None:
        return None
    wanted = set(numbers)
    passages = facts.passages() if wanted else []
    numbered = enumerate(passages, 1)
    chosen = {number: words for number, words in numbered if str(number) in wanted}
    return Quoted(kind, pk, facts, chosen)


def panel(user: User, subject: Subject) -> Panel | None:
    """The tasks that came from it, as far as the person sees them, and the way to give some. One
    query, none for who sees no tasks at all."""
    if not access.may(user, SEES):
        return None
    rows = tasks_from(user, subject)
    may_give = subject.is_in_force and bool(giving_units(user))
    if not rows and not may_give:
        return None
    context = {
        "rows": rows, "may_give": may_give, "kind": subject.kind, "pk": subject.pk,
        "is_proposed": may_give and subject.gives_tasks and not rows,
        "most": MOST_RELATED,
    }  # fmt: skip
    return Panel(TEMPLATE, context)


def tasks_from(user: User, subject: Subject) -> list[dict[str, Any]]:
    named = Q()
    for kind, pk in subject.names:
        named |= Q(directive__source_type=kind, directive__source_id=pk)
    found = Task.objects.filter(named, parent=None)
    return lines_of(found, user, timezone.localdate())[::-1]
