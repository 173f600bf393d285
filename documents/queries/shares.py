"""How much of what goes through the registries goes through the portal as it should.

QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 9.2 wants all of it: every incoming document registered and
worked on in the system, every outgoing one made, signed and sent in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateField, Exists, F, Func, IntegerField, OuterRef, Q, Value
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common import shares
from common.days import start_of
from common.shares import Period
from documents.issuing import Manner, Stage
from documents.models import Edition, Incoming, Outgoing
from documents.rulesets import DOCUMENTS
from documents.states import Channel, Status
from organizations.calendars import calendar_for
from organizations.rulesets import rules

QD2947 = "QĐ 2947/QĐ-UBND (Khánh Hòa, 2016) Điều 9 khoản 2 điểm a, b"
ND30 = "NĐ 30/2020/NĐ-CP Điều 4 khoản 3, Điều 22"
ELECTRONIC = (Channel.EXCHANGE, Channel.MAIL)
LEFT = (Stage.ISSUED, Stage.REPLACED, Stage.RECALLED)  # issued, whatever became of it
WORKED_ON = (Status.ASSIGNED, Status.IN_WORK, Status.DONE)
ONE_DAY = dt.timedelta(days=1)

Counts = dict[str, tuple[int, int]]  # share → those that count, all


@dataclass(frozen=True)
class Days:
    """A period by its days; what is open is judged today, or on the last day if that is over."""

    first: dt.date
    last: dt.date

    @property
    def start(self) -> dt.datetime:
        return start_of(self.first)

    @property
    def end(self) -> dt.datetime:
        return start_of(self.last + ONE_DAY)

    @property
    def last_day(self) -> dt.date:
        return min(self.last, timezone.localdate())


@dataclass(frozen=True)
class Share(shares.Share[Period, Q]):
    """Of documents; `rows` are all of the whole."""

    source: str
    is_incoming: bool
    whole: Callable[[Period], Q] = lambda _period: Q()  # of the rows those that are asked
    short: str | Promise = ""  # as the head of a column

    def rows(self, period: Period) -> Any:
        """All of the whole, of every registry of the province; `registry__unit` is its place."""
        found = received(period) if self.is_incoming else issued(period)
        return found.filter(self.whole(period))

    def of(self, period: Period, registry_id: int, *, only_missing: bool) -> Any:
        """The rows of one registry; those that do not count, or all."""
        found = self.missing(period) if only_missing else self.rows(period)
        return found.filter(registry=registry_id)

    def missing(self, period: Period) -> Any:
        """What does not count: the rows that somebody asks about."""
        return self.rows(period).exclude(pk__in=self.rows(period).filter(self.good(period)))


def received(period: Period) -> Any:
    """What came in the period and was not refused, nor taken back before it had a number; with
    the day until which it had to be in the register (`latest_on`)."""
    found = Incoming.objects.filter(arrived_at__gte=period.start, arrived_at__lt=period.end)
    return found.filter(Q(number__isnull=False) | Q(status=Status.ARRIVED)).annotate(
        arrived_on=TruncDate("arrived_at"), registered_on=TruncDate("registered_at"),
        closed_on=TruncDate("closed_at"), latest_on=_latest_on(period),
    )  # fmt: skip


def issued(period: Period) -> Any:
    """What left in the period, whatever became of it later; `is_sealed`: with the body's seal."""
    sealed = Edition.objects.filter(outgoing=OuterRef("pk"), stage=Stage.SEALED)
    found = Outgoing.objects.filter(
        stage__in=LEFT, issued_at__gte=period.start, issued_at__lt=period.end
    )
    return found.annotate(is_sealed=Exists(sealed))


def counted(period: Period, registries: Iterable[int]) -> dict[int, Counts]:
    """Of each registry each share: how many count, of how many. Two aggregations."""
    keys = list(registries)
    found: dict[int, dict[str, tuple[int, int]]] = {
        key: dict.fromkeys(SHARES, (0, 0)) for key in keys
    }
    for is_incoming, rows in ((True, received(period)), (False, issued(period))):
        asked = {name: each for name, each in SHARES.items() if each.is_incoming == is_incoming}
        counts = {
            f"{part}_{n}": Count("pk", filter=condition)
            for n, each in enumerate(asked.values())
            for part, condition in (
                ("good", each.whole(period) & each.good(period)), ("whole", each.whole(period)),
            )
        }  # fmt: skip
        of_them = rows.filter(registry__in=keys).order_by().values("registry").annotate(**counts)
        for row in of_them:
            found[row["registry"]] |= {
                name: (row[f"good_{n}"], row[f"whole_{n}"]) for n, name in enumerate(asked)
            }
    return found


def _late_only(period: Period) -> Q:
    """What may still be registered in time is not judged yet."""
    return Q(registered_at__isnull=False) | Q(latest_on__lt=period.last_day)


def _kept(period: Period) -> Q:
    """Finished not after its day, or open and not late on the last day."""
    return Q(closed_on__lte=F("due_on")) | Q(closed_at=None, due_on__gte=period.last_day)


def _ended_by_newer() -> Q:
    """Not finished by anybody: it ended when what replaces it got its number."""
    at_once, later = (
        Exists(newer.filter(registered_at__lte=OuterRef("closed_at")))
        for newer in Incoming.objects.replacing(OuterRef("pk"))
    )
    return Q(at_once) | Q(later)


SHARES: dict[str, Share] = {
    "documents.electronic": Share(
        _("Incoming documents received electronically, of all received"),
        lambda _period: Q(channel__in=ELECTRONIC), QD2947, True,
        short=_("Received electronically"),
    ),
    "documents.registered": Share(
        _("Incoming documents registered on the day of arrival or the next working day"),
        lambda _period: Q(registered_on__lte=F("latest_on")), ND30, True, _late_only,
        short=_("Registered in time"),
    ),
    "documents.worked_on": Share(
        _("Registered documents given to somebody or finished on the system"),
        lambda _period: Q(status__in=WORKED_ON), QD2947, True,
        lambda _period: Q(number__isnull=False) & ~Q(status=Status.RECALLED) & ~_ended_by_newer(),
        short=_("Worked on in the system"),
    ),
    "documents.in_time": Share(
        _("Documents with a deadline that were finished in time, or are open and not late"),
        _kept, QD2947, True,
        lambda _period: Q(number__isnull=False, due_on__isnull=False)
        & ~Q(status=Status.RECALLED) & ~_ended_by_newer(),
        short=_("Solved in time"),
    ),
    "documents.issued_electronically": Share(
        _("Documents issued electronically, with or without paper, of all issued"),
        lambda _period: Q(manner__in=[Manner.ELECTRONIC, Manner.BOTH]), QD2947, False,
        short=_("Issued electronically"),
    ),
    "documents.signed": Share(
        _("Issued documents with the digital signature of the person who signed"),
        lambda _period: Q(signed_at__isnull=False), QD2947, False,
        short=_("Signed digitally"),
    ),
    "documents.sealed": Share(
        _("Issued documents with the digital signature of the agency"),
        lambda _period: Q(is_sealed=True), QD2947, False,
        short=_("Sealed digitally"),
    ),
}  # fmt: skip


def _latest_on(period: Period) -> Func:
    """Of each day of the period the last one on which what came then is registered in time."""
    calendar, ladder = calendar_for(), rules(DOCUMENTS, period.last_day)
    days = (period.end - period.start).days
    latest = [
        calendar.add_working_days(period.first + dt.timedelta(days=n), ladder.register_days)
        for n in range(days + 1)
    ]
    place = Func(
        TruncDate("arrived_at"), Value(period.first), template="(%(expressions)s + 1)",
        arg_joiner=" - ", output_field=IntegerField(),
    )  # fmt: skip
    return Func(
        Value(latest, output_field=ArrayField(DateField())), place, output_field=DateField(),
        template="(%(expressions)s]", arg_joiner=")[",
    )  # fmt: skip
