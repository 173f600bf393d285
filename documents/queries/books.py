"""What stands in a printed register: lines of one body in the order of their numbers, as text.

However many lines a book has, it is read in three queries: the lines, who got each, and its answers
or who got it on paper.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext as _

from common.days import start_of
from common.templatetags.ui import day_only
from documents.books import Book
from documents.document_types import type_name
from documents.issuing import Manner, Stage
from documents.models import Assignment, Dispatch, Incoming, Outgoing, PaperDispatch, Registry
from documents.states import IN_THE_REGISTER, Part, Status

MOST = 5_000  # lines of one request
VOLUME = 300  # lines of one PDF: some thirty pages
NAMES = 12  # receivers of a document on paper: the row of sixty would fill two pages
AT_ONCE = 30  # lines of a PDF that is not ordered
ONE_DAY = dt.timedelta(days=1)
WORK = (Part.LEAD, Part.COOPERATE, Part.INFORM)
HAVE_IT = (*IN_THE_REGISTER, Status.DONE)  # what receivers outside tell
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """Which lines of which book."""

    book: Book
    registry: Registry
    first: dt.date
    last: dt.date
    type: str = ""  # key of documents.document_types; "" for all


@dataclass(frozen=True)
class Line:
    """One line: its cells in the order of the columns; a cancelled number is struck out."""

    number: str  # as the cover tells it
    cells: tuple[str, ...]
    is_void: bool = False


def rows_of(asked: Asked) -> Any:
    """The lines of the period as dicts, in the order of their numbers.

    What came in counts on the day on which it got its number, so a book has no gaps; what goes
    out on the day that stands on it. Cancelled and recalled ones keep their lines.
    """
    return _incoming(asked) if asked.book.is_incoming else _outgoing(asked)


def lines_of(asked: Asked, rows: Sequence[Row], *, most_names: int | None = None) -> list[Line]:
    """Put into words, Vietnamese as the form is; two queries at most. Of the receivers at most so
    many are named."""
    book, keys = asked.book, [row["id"] for row in rows]
    with translation.override("vi"):
        if book.is_incoming:
            given, answers = _given(keys), _answers(keys)
            return [_of_incoming(book, row, given[row["id"]], answers[row["id"]]) for row in rows]
        sent, on_paper = _sent(keys), _on_paper(keys)
        return [
            line
            for row in rows
            for line in _of_outgoing(book, row, sent[row["id"]], on_paper[row["id"]], most_names)
        ]


def _incoming(asked: Asked) -> Any:
    found = Incoming.objects.registered().filter(
        registry=asked.registry, year__gte=asked.first.year, year__lte=asked.last.year,
        registered_at__gte=start_of(asked.first), registered_at__lt=start_of(asked.last + ONE_DAY),
    )  # fmt: skip
    return _of_type(found, asked).order_by("year", "number").values(
        "id", "number", "year", "registered_at", "arrived_at", "issuer", "reference", "issued_on",
        "type", "subject", "note", "status", "due_on", "closed_at", "closing_words",
        "answer_reference", "recall_asked_at", "recall_reason",
    )  # fmt: skip


def _outgoing(asked: Asked) -> Any:
    found = Outgoing.objects.registered().filter(
        registry=asked.registry, year__gte=asked.first.year, year__lte=asked.last.year,
        issued_on__gte=asked.first, issued_on__lte=asked.last,
    )  # fmt: skip
    if asked.book.code == "buu-dien":
        on_paper = Exists(PaperDispatch.objects.filter(outgoing=OuterRef("pk")))
        found = found.filter(~Q(manner=Manner.ELECTRONIC) | on_paper, issued_at__isnull=False)
    elif asked.book.code == "chuyen-di":
        found = found.filter(issued_at__isnull=False)
    return _of_type(found, asked).order_by("year", "issued_on", "number", "id").values(
        "id", "reference", "issued_on", "type", "subject", "stage", "manner", "issued_at",
        "closing_words", "copies", "note", signer_name=F("signer__full_name"),
        unit_name=F("unit__name"),
    )  # fmt: skip


def _of_type(found: Any, asked: Asked) -> Any:
    return found.filter(type=asked.type) if asked.type else found


def _given(keys: list[int]) -> dict[int, list[Row]]:
    """Document → who got it, the lead first."""
    rows = Assignment.objects.standing().filter(incoming__in=keys).values(
        "incoming_id", "part", "given_at", "taken_up_at", "ended_at", unit_name=F("unit__name"),
        person_name=F("person__full_name"),
    )  # fmt: skip
    order = [Part.LEAD, Part.COOPERATE, Part.INFORM, Part.OPINION]
    found: dict[int, list[Row]] = defaultdict(list)
    for row in sorted(rows.order_by("given_at", "id"), key=lambda row: order.index(row["part"])):
        found[row["incoming_id"]].append(row)
    return found


def _answers(keys: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Outgoing.objects.registered().filter(answers__in=keys).exclude(stage=Stage.CANCELLED)
    for incoming, reference in rows.order_by("id").values_list("answers", "reference"):
        found[incoming].append(reference)
    return found


def _sent(keys: list[int]) -> dict[int, list[Row]]:
    """Document → its receivers in their order."""
    rows = (
        Dispatch.objects.filter(outgoing__in=keys)
        .order_by("outgoing", "order")
        .values("outgoing_id", "organ_name", "told_status", inside_number=F("incoming__number"))
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["outgoing_id"]].append(row)
    return found


def _on_paper(keys: list[int]) -> dict[int, list[Row]]:
    """Document → who has no electronic address, in their order."""
    rows = PaperDispatch.objects.filter(outgoing__in=keys).order_by("outgoing", "order")
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows.values("outgoing_id", "name", "sent_on", "words"):
        found[row["outgoing_id"]].append(row)
    return found


def _of_incoming(book: Book, row: Row, given: list[Row], answers: list[str]) -> Line:
    number = f"{row['number']}/{row['year']}"
    work = [each for each in given if each["part"] in WORK] or given
    passed_on = day_only(min(each["given_at"] for each in work)) if work else ""
    whom, note = _whom(work), _incoming_note(row)
    is_void = row["status"] == Status.RECALLED
    answer = ", ".join(dict.fromkeys(filter(None, [row["answer_reference"], *answers])))
    cells = {
        "den": (
            day_only(row["arrived_at"]), str(row["number"]), row["issuer"], row["reference"],
            day_only(row["issued_on"]), _subject(row), whom, passed_on, _taken_up(work), note,
        ),
        "theo-doi": (
            str(row["number"]), _described(row), whom, day_only(row["due_on"]), _progress(row),
            answer, note,
        ),
        "chuyen-den": (passed_on, str(row["number"]), whom, _taken_up(work), note),
    }[book.code]  # fmt: skip
    return Line(number, cells, is_void)


def _of_outgoing(
    book: Book, row: Row, sent: list[Row], on_paper: list[Row], most_names: int | None
) -> list[Line]:
    """One line; in the book of the post one for each who gets paper."""
    names = [each["organ_name"] for each in sent]
    left, reference, note = day_only(row["issued_at"]), row["reference"], _outgoing_note(row)
    if book.code == "buu-dien":
        lines = [_by_post(reference, note, each) for each in on_paper]
        if row["manner"] != Manner.ELECTRONIC and names:  # they get paper besides
            whom = _named(names, most_names)
            lines.insert(0, Line(reference, (left, reference, whom, "", "", note)))
        return lines
    whom = _named([*names, *(each["name"] for each in on_paper)], most_names)
    has_paper = row["manner"] != Manner.ELECTRONIC or on_paper
    copies = str(row["copies"] or "") if has_paper else _("Electronic")
    received = _received(sent) if row["issued_at"] else ""
    cells = {
        "di": (
            reference, day_only(row["issued_on"]), _subject(row), row["signer_name"], whom,
            f"VT, {row['unit_name']}", copies, left, received, note,
        ),
        "chuyen-di": (left, reference, whom, received, note),
    }[book.code]  # fmt: skip
    return [Line(reference, cells, row["stage"] == Stage.CANCELLED)]


def _by_post(reference: str, note: str, receiver: Row) -> Line:
    """The day is that on which the clerk sent it; until then it is written by hand."""
    sent_on = day_only(receiver["sent_on"]) if receiver["sent_on"] else ""
    said = ". ".join(filter(None, [receiver["words"], note]))
    return Line(reference, (sent_on, reference, receiver["name"], "", "", said))


def _subject(row: Row) -> str:
    return f"{type_name(row['type'])}: {row['subject']}".removeprefix(": ")


def _described(row: Row) -> str:
    """Kind, number, day and issuer in one cell."""
    named = " ".join(filter(None, [type_name(row["type"]), row["reference"]]))
    return ", ".join(filter(None, [named, day_only(row["issued_on"]), row["issuer"]]))


def _whom(work: Iterable[Row]) -> str:
    words = {Part.LEAD: _("leads"), Part.COOPERATE: _("co-operates"), Part.INFORM: _("informed")}
    return "; ".join(
        ", ".join(filter(None, [each["unit_name"], each["person_name"]]))
        + (f" ({words[each['part']]})" if each["part"] in words else "")
        for each in work
    )


def _named(names: Sequence[str], most: int | None) -> str:
    """All of them, or the first ones and how many more there are."""
    if most is None or len(names) <= most:
        return "; ".join(names)
    more = _("and %(count)s more") % {"count": len(names) - most}
    return f"{'; '.join(names[:most])} {more}"


def _taken_up(work: Sequence[Row]) -> str:
    """Who leads has taken it up: the portal's own receipt, in place of a signature."""
    days = [day_only(each["taken_up_at"]) for each in work if each["taken_up_at"]]
    return _("Received %(day)s") % {"day": days[0]} if days else ""


def _received(sent: Sequence[Row]) -> str:
    """How many of the receivers have it in their registers."""
    got = sum(each["inside_number"] is not None or each["told_status"] in HAVE_IT for each in sent)
    words = _("%(count)s of %(all)s received it")
    return words % {"count": got, "all": len(sent)} if sent else ""


def _progress(row: Row) -> str:
    status = str(Status(row["status"]).label)
    if row["status"] in IN_THE_REGISTER or not row["closed_at"]:
        return status
    done = f"{status} {day_only(row['closed_at'])}"
    return f"{done}: {row['closing_words']}" if row["closing_words"] else done


def _incoming_note(row: Row) -> str:
    recalled = ""
    if row["status"] == Status.RECALLED:
        recalled = f"{Status.RECALLED.label}: {row['recall_reason']}"
    return ". ".join(filter(None, [row["note"], recalled]))


def _outgoing_note(row: Row) -> str:
    stage = Stage(row["stage"])
    ended = (Stage.CANCELLED, Stage.RECALLED, Stage.REPLACED)
    said = f"{stage.label}: {row['closing_words']}" if stage in ended else ""
    manner = "" if row["manner"] == Manner.ELECTRONIC else str(Manner(row["manner"]).label)
    return ". ".join(filter(None, [row["note"], said, manner]))
