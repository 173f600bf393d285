"""Who opened a dossier, as an applicant may be told: unit, position and day, never a name.

From the access notes (opened, file opened) and the audit log (acted). Law on the protection of
personal data: the person concerned may ask who read what is kept of him.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AccessNote, AuditEntry
from onestop.models import Dossier
from organizations.models import Position

OPENED = ("dossier.opened", "file.opened")
Trace = tuple[str, dt.date]  # the person's number, the local day


@dataclass(frozen=True, order=True)
class Reader:
    """On that day somebody in that position opened the dossier, or worked on it too."""

    day: dt.date
    unit: str
    position: str
    has_acted: bool


def readers_of(dossier: Dossier) -> list[Reader]:
    """Newest day first; who came several times on a day, and two in the same position, once.

    Who opened a part of a linked dossier opened it. Three queries, whatever the number of traces;
    one more for its parts.
    """
    ids = [dossier.pk]
    if dossier.group_id is not None:
        ids += Dossier.objects.filter(parent=dossier).values_list("pk", flat=True)
    subject = {
        "subject_type": dossier._meta.label_lower, "subject_id__in": [str(pk) for pk in ids],
    }  # fmt: skip
    notes = AccessNote.objects.filter(kind__in=OPENED, **subject).exclude(actor_id="")
    acts = AuditEntry.objects.filter(**subject).exclude(actor_id="")
    opened, acted = _traces(notes), _traces(acts)
    places = _places({person for person, _day in opened | acted})
    found = {
        Reader(day, *_place(places.get(person, []), day), (person, day) in acted)
        for person, day in opened | acted
    }
    acting = {(row.day, row.unit, row.position) for row in found if row.has_acted}
    rows = [
        row for row in found if row.has_acted or (row.day, row.unit, row.position) not in acting
    ]
    return sorted(rows, reverse=True)


def _traces(rows: Any) -> set[Trace]:
    return {(person, timezone.localdate(at)) for person, at in rows.values_list("actor_id", "at")}


def _places(people: Iterable[str]) -> dict[str, list[Position]]:
    """Every position that these people have or had, the main one first."""
    found: dict[str, list[Position]] = {}
    rows = Position.objects.filter(user__in=[int(person) for person in people])
    for row in rows.select_related("unit").order_by("-is_main", "pk"):
        found.setdefault(str(row.user_id), []).append(row)
    return found


def _place(positions: list[Position], day: dt.date) -> tuple[str, str]:
    """Unit and position on that day; of the administration where somebody had none."""
    for row in positions:
        if row.is_valid_on(day):
            return row.unit.name, row.words
    return _("Administration of the system"), _("without a position")
