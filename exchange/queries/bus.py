"""How the exchange over the bus between agencies stands: for its page and that of a document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common.templatetags.ui import moment
from common.text import unaccented
from documents.carrying import Underway
from documents.models import Incoming, Outgoing
from exchange.edxml.accounts import bus_account_of
from exchange.models import BusMessage, SyncServer
from exchange.services.bus_claims import MOST_TRIES
from exchange.services.servers import BUS
from exchange.states import BUS_FAULTS, UNDELIVERED, Business, Fault, Passage
from organizations import access
from organizations.models import User
from tenancy.models import Province
from tenancy.scope import required_province_id
from tenancy.search import among, found_ids, ids_for_a_page

SHOWN = 25  # of a page
RIGHT, CLERK = "view_health", "register_documents"
FAILED, WAITING, UNDER_WAY, DONE = "hong", "cho", "dang-gui", "xong"  # words of the address
LISTS: dict[str, Q] = {
    FAILED: Q(state=Passage.FAILED),
    WAITING: Q(state__in=UNDELIVERED),
    UNDER_WAY: Q(state=Passage.SENT),
    DONE: Q(state__in=[Passage.DONE, Passage.LEFT_OUT]),
}

OPEN = (*UNDELIVERED, Passage.FAILED, Passage.SENT)


@dataclass(frozen=True)
class Standing:
    """Of one province, now, as far as the person may see it."""

    has_account: bool
    counts: dict[str, int]  # by list, of what is not done
    oldest_at: dt.datetime | None  # since when the oldest waits
    good_at: dt.datetime | None
    fault_at: dt.datetime | None
    fault_words: str
    quiet_until: dt.datetime | None


def may_see(user: User) -> bool:
    """Who administers, and who registers documents."""
    return access.may(user, RIGHT) or access.may(user, CLERK)


def standing(user: User) -> Standing:
    """Three queries; each count reads the index by state."""
    open_ones = BusMessage.objects.visible_to(user, RIGHT).filter(state__in=OPEN)
    counts = open_ones.aggregate(
        failed=Count("pk", filter=LISTS[FAILED]), waiting=Count("pk", filter=LISTS[WAITING]),
        under_way=Count("pk", filter=LISTS[UNDER_WAY]),
        oldest=Min("noted_at", filter=LISTS[WAITING]),
    )  # fmt: skip
    province = Province.objects.get(pk=required_province_id())
    server = SyncServer.objects.filter(name=BUS).first() or SyncServer()
    return Standing(
        has_account=bus_account_of(province.code) is not None,
        counts={
            FAILED: counts["failed"], WAITING: counts["waiting"], UNDER_WAY: counts["under_way"]
        },
        oldest_at=counts["oldest"], good_at=server.good_at, fault_at=server.fault_at,
        fault_words=str(BUS_FAULTS[Fault(server.fault)]) if server.fault else "",
        quiet_until=server.quiet_until,
    )  # fmt: skip


def rows_of(
    view: str, user: User, *, way: str = "", words: str = "", is_first: bool = False
) -> tuple[Any, bool]:
    """The rows of one list that the person may see, newest first, and whether more messages hold
    the words than the search looks at. `is_first`: no more than the first page is wanted."""
    rows = BusMessage.objects.visible_to(user, RIGHT).filter(LISTS[view])
    if way:
        rows = rows.filter(way=way)
    is_cut = False
    if words:
        needle = unaccented(words)
        if is_first:
            ids, is_cut = ids_for_a_page(rows, needle, SHOWN)
        else:
            ids, is_cut = found_ids(BusMessage, needle)
        rows = rows.filter(among("pk", ids))
    return rows.select_related("registry", "outgoing", "incoming"), is_cut


def tell(rows: Iterable[BusMessage], user: User) -> None:
    """Write into each row where its document is, if the person may open it, and in words what was
    answered. Two queries."""
    page = list(rows)
    sent = Outgoing.objects.visible_to(user, "view_documents")
    came = Incoming.objects.visible_to(user, "view_documents")
    mine = set(sent.filter(pk__in=_ids(page, "outgoing_id")).values_list("pk", flat=True))
    theirs = set(came.filter(pk__in=_ids(page, "incoming_id")).values_list("pk", flat=True))
    for row in page:
        row.url = ""
        if row.outgoing_id in mine:
            row.url = reverse("documents:outgoing_detail", args=[row.outgoing_id])
        elif row.incoming_id in theirs:
            row.url = reverse("documents:incoming_detail", args=[row.incoming_id])
        row.answer = row.words or fault_words(row)
        row.tries = tries_words(row)


def fault_words(row: BusMessage) -> str:
    return str(BUS_FAULTS[Fault(row.fault)]) if row.fault else ""


def tries_words(row: BusMessage) -> str:
    """ "Try 3 of 8, the next at …"; "" when it is not tried again."""
    if row.state != Passage.TROUBLE:
        return ""
    return _("Try %(n)s of %(most)s, the next from %(at)s.") % {
        "n": row.attempts, "most": MOST_TRIES, "at": moment(row.due_at),
    }  # fmt: skip


def underway(outgoing: Outgoing, user: User) -> list[Underway]:
    """What of a document has not been delivered. One query."""
    mine = BusMessage.objects.filter(outgoing=outgoing)
    open_ones = mine.filter(state__in=[*UNDELIVERED, Passage.FAILED]).order_by("pk")
    url = reverse("exchange:bus") if may_see(user) else ""
    return [
        Underway(_underway(each), each.state == Passage.FAILED, _list_url(url, each))
        for each in open_ones
    ]


def _underway(row: BusMessage) -> str:
    what = str(Business(row.kind).label)
    if row.state == Passage.FAILED:
        told = _("%(what)s: not delivered, and not tried again by itself.")
    elif row.state == Passage.WAITING:
        told = _("%(what)s: not yet delivered, it waits for the bus between agencies.")
    else:
        told = _("%(what)s: not yet delivered.")
    return " ".join(
        filter(None, [told % {"what": what}, tries_words(row), row.words or fault_words(row)])
    )


def _list_url(url: str, row: BusMessage) -> str:
    view = FAILED if row.state == Passage.FAILED else WAITING
    return f"{url}?xem={view}" if url else ""


def _ids(rows: Iterable[BusMessage], name: str) -> list[int]:
    return [pk for pk in (getattr(row, name) for row in rows) if pk]
