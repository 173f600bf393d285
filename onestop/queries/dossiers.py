"""Reads across dossiers: the queue and its views, search, load, running processes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEntry
from common.days import start_of
from common.text import unaccented
from common.working_time import Deadline, describe
from onestop.models import Dossier
from onestop.models.dossiers import DossierQuerySet
from onestop.services.steps import APPROVING
from onestop.states import RUNNING, WAITING, Status
from organizations import fields
from organizations.calendars import calendar_for
from organizations.models import User
from organizations.rulesets import CLOCK, rules
from papers.queries import form_with_token
from tenancy.search import is_cut, matching

LOOKUP_DIGITS = 11
FEW = 5_000  # entries that are read at once; from more on, each row of a list is asked for its own
FIRST_DAY = dt.date(2000, 1, 1)  # nothing here is older
WORKED_ON = (Status.RECEIVED, Status.IN_PROGRESS)
COLUMNS = (
    "id", "code", "applicant_name", "status", "channel", "accepted_at", "arrived_at", "due_at",
    "due_is_provisional", "finished_at", "closed_at", "granted_at", "voided_at",
    "competent_unit_id", "holder_id", "step_id",
)  # fmt: skip


def rows(queryset: DossierQuerySet) -> Any:
    """What a list shows, as dicts: one query, no instances (rendering is the cost, not SQL)."""
    return queryset.values(
        *COLUMNS,
        procedure_name=F("version__name"),
        procedure_code=F("procedure__code"),
        holder_name=F("holder__full_name"),
        unit_name=F("holder_unit__name"),
        step_kind=F("step__kind"),
        step_name=F("step__name"),
    )


def view_of(queue: DossierQuerySet, name: str, today: dt.date) -> DossierQuerySet:
    """One of the built-in views of a queue. `sap-den-han` looks ahead as far as the rules say."""
    start = start_of(today)
    open_ = queue.open().filter(accepted_at__isnull=False)
    match name:
        case "moi":
            return queue.open().filter(accepted_at=None)
        case "sap-den-han":
            until = soon_until(today)
            return open_.filter(status__in=RUNNING, due_at__gte=start, due_at__lt=until)
        case "qua-han":
            return open_.filter(status__in=RUNNING, due_at__lt=start)
        case "cho-bo-sung":
            return open_.filter(status__in=list(WAITING))
        case "da-xong":
            return queue.in_force().filter(closed_at__isnull=False)
        case "tat-ca":
            return open_
        case _:
            return open_.exclude(status__in=list(WAITING))


def to_decide(user: User) -> DossierQuerySet:
    """At an approving step in the person's units; of a deputy's fields only, when he has some."""
    queue = Dossier.objects.held_by_units_of(user, "approve_dossiers")
    mine = fields.in_reach(user, "approve_dossiers", unit="holder_unit", field="version__field")
    found: DossierQuerySet = (
        queue.filter(mine)
        .open()
        .filter(status__in=WORKED_ON, step__kind__in=APPROVING, accepted_at__isnull=False)
    )
    return found


VIEWS = ("can-xu-ly", "sap-den-han", "qua-han", "cho-bo-sung", "moi", "da-xong")
ORDER = {"da-xong": ("-closed_at", "-id"), "moi": ("arrived_at", "id")}


def view_words() -> dict[str, str]:
    """What people read on the tabs of the queue."""
    return {
        "can-xu-ly": _("To do"), "sap-den-han": _("Due soon"), "qua-han": _("Overdue"),
        "cho-bo-sung": _("Waiting"), "moi": _("New online"), "da-xong": _("Done"),
        "tat-ca": _("All"),
    }  # fmt: skip


def order_of(view: str) -> tuple[str, ...]:
    return ORDER.get(view, ("due_at", "id"))


def soon_until(today: dt.date) -> dt.datetime:
    """The first moment that is not "due soon" any more: after `due_soon_days` working days."""
    days = rules(CLOCK, today).due_soon_days
    last = calendar_for().add_working_days(today, days)
    return start_of(last + dt.timedelta(days=1))


def changed_since(queryset: DossierQuerySet, day: dt.date) -> DossierQuerySet:
    """Rows on which anybody acted on that day or later."""
    return changed_from(queryset, start_of(max(day, FIRST_DAY)))


def changed_from(queryset: DossierQuerySet, moment: dt.datetime) -> DossierQuerySet:
    """Rows on which anybody acted since: one query of the audit log by its moments.

    After a day of few acts the rows are found by them; after a long time each row is asked for its
    own entries, by the index of subjects. Neither way reads the whole log.
    """
    entries = AuditEntry.objects.filter(at__gte=moment, subject_type=Dossier._meta.label_lower)
    newest = list(entries.order_by("-at").values_list("subject_id", flat=True)[: FEW + 1])
    if len(newest) <= FEW:
        return queryset.filter(pk__in={int(each) for each in newest})
    own = entries.filter(subject_id=Cast(OuterRef("pk"), CharField()))
    return queryset.filter(Exists(own))


def search(queryset: DossierQuerySet, words: str) -> DossierQuerySet:
    """Rows whose code, names, numbers or phones hold every word, with or without accents.

    A void reception is in no list; only who types its whole code finds it.
    """
    needle = unaccented(words)
    if not needle:
        return queryset
    in_force = Q(voided_at=None) | Q(code=words.strip().upper())
    return queryset.filter(in_force, matching(Dossier, needle))


def id_of_slip(token: str) -> int | None:
    """The dossier whose printed slip carries this token in its QR code, reprinted ones apart."""
    form = form_with_token(token)
    is_ours = form is not None and form.subject_type == Dossier._meta.label_lower
    return int(form.subject_id) if form and is_ours else None


def code_of_number(seen: DossierQuerySet, words: str) -> str:
    """Code of the dossier with this look-up number; "" when the words are not one."""
    if len(words) != LOOKUP_DIGITS or not words.isdecimal():
        return ""
    found = seen.filter(lookup_number=words).values_list("code", flat=True)
    return str(found.first() or "")


def search_is_cut(words: str) -> bool:
    """Whether more dossiers of the province hold these words than are looked at."""
    return is_cut(Dossier, unaccented(words))


def deadline_of(row: dict[str, Any], now: dt.datetime, soon_days: int) -> Deadline | None:
    """Look and words of a row's deadline; None while no clock runs."""
    if row["due_at"] is None:
        return None
    return describe(
        calendar_for(row["competent_unit_id"]),
        row["due_at"],
        now,
        finished_at=row["finished_at"],
        paused=row["status"] in WAITING,
        soon_days=soon_days,
        provisional=row["due_is_provisional"],
    )


def with_deadlines(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to rows: `due_state` and `due_words`, `status_words` and `status_tone`, and
    `waits_for_signature`."""
    now = timezone.now()
    soon_days = rules(CLOCK, timezone.localdate(now)).due_soon_days
    for row in found:
        deadline = deadline_of(row, now, soon_days)
        row["due_state"], row["due_words"] = deadline or ("", "")
        row["status_words"], row["status_tone"] = status_of(row["status"], row["granted_at"])
        row["waits_for_signature"] = row["step_kind"] in APPROVING and row["status"] in WORKED_ON
    return found


def status_of(status: int, granted_at: dt.datetime | None) -> tuple[str, str]:
    """Words of a status for people, and its tone when that is not the usual one."""
    if granted_at:  # status 7 for ever, but nobody waits any more
        return _("Withdrawal granted"), "refused"
    return str(Status(status).label), ""


def deadline_of_dossier(dossier: Dossier) -> Deadline | None:
    """The same words for one dossier, wherever it is shown."""
    now = timezone.now()
    row = {name: getattr(dossier, name) for name in COLUMNS}
    return deadline_of(row, now, rules(CLOCK, timezone.localdate(now)).due_soon_days)


def running_on(process_id: int) -> int:
    """How many open dossiers follow this version of a process."""
    return int(Dossier.objects.open().filter(process_id=process_id).count())


def held_by(user: User) -> DossierQuerySet:
    """What lies in a person's own hands, soonest due first."""
    queryset: DossierQuerySet = Dossier.objects.open().filter(
        holder=user, accepted_at__isnull=False
    )
    return queryset.order_by("due_at", "id")
