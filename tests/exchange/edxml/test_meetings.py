"""An invitation goes over the bus with its meeting, and arrives with it however others write it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from common.working_time import LOCAL
from documents.issuing import Stage
from documents.models import Incoming, Outgoing
from documents.services import issuing
from exchange.edxml.incoming import letter_of, take
from exchange.edxml.meetings import Meeting, meeting_in, meeting_text
from exchange.edxml.messages import Business, DocumentType, Kind, Organ, Trace
from exchange.edxml.outgoing import message_of
from exchange.edxml.reading import read
from exchange.edxml.writing import write
from tests.documents.desks import registry_of
from tests.documents.drafts import brought_to
from tests.documents.test_meetings import invitation
from tests.exchange.edxml.samples import message
from tests.exchange.edxml.test_outgoing import both, placed

START = dt.datetime(2099, 12, 5, 8, 30, tzinfo=LOCAL)
END = START + dt.timedelta(hours=3)
INVITES = DocumentType("Giấy mời", 25)


@pytest.mark.parametrize(
    ("content", "ends", "chair"),
    [
        (meeting_text(Meeting(START, "Phòng số 1", END, "Bà A")), END, "Bà A"),
        ("Địa điểm: Phòng số 1. Thời gian: 08 giờ 30 phút, ngày 05 tháng 12 năm 2099.", None, ""),
        ("Thời gian: từ 8h30 đến 11h30 ngày 05/12/2099 – Địa điểm: Phòng số 1", END, ""),
        ("Chủ trì cuộc họp: Bà A. Thời gian: 8:30, 5-12-2099; địa điểm: Phòng số 1", None, "Bà A"),
    ],
)
def test_the_meeting_is_found_however_it_is_written(content, ends, chair):
    assert meeting_in(content) == Meeting(START, "Phòng số 1", ends, chair)


@pytest.mark.parametrize("content", [
    "", "Họp về chuyển đổi số", "Thời gian: sáng mai; địa điểm: Phòng số 1",
    "Thời gian: 08:00; địa điểm: Phòng số 1", "Thời gian: 08:00 ngày 05/12/2099",
    "Thời gian: 08:00 ngày 31/02/2099; địa điểm: Phòng số 1",
    "Thời gian: 00:10 ngày 01/01/0001; địa điểm: Phòng số 1",
    "Thời gian: 08:00 ngày 31/12/9999; địa điểm: Phòng số 1",
])  # fmt: skip
def test_where_it_is_not_told_nothing_is_guessed(content):
    assert meeting_in(content) is None


def test_what_goes_over_the_bus_is_what_goes_inside(scope, town):
    wanted = {**invitation(), "note": "Mang theo tài liệu; chủ trì: xem lịch"}
    sent = brought_to(Stage.ISSUED, placed(town), receivers=both(town), **wanted)
    fresh = Outgoing.objects.select_related("registry__unit", "signer").get(pk=sent.pk)
    found = letter_of(read(write(message_of(fresh)), unsigned=True))
    inside = issuing.letter_of(fresh)
    assert (inside.meeting_chair, inside.note) == ("Giám đốc Sở", wanted["note"])
    minute = inside.meets_at.replace(second=0, microsecond=0)
    assert found == replace(inside, meets_at=minute)
    assert Incoming.objects.get().meeting_chair == "Giám đốc Sở"


def test_it_is_in_the_register_and_an_update_moves_it_or_leaves_it(scope, town):
    to = (Organ(registry_of(town).code, "Sở"),)
    content = meeting_text(Meeting(START, "Phòng số 1", END, "Bà A"))
    first = message(receivers=to, type=INVITES, content=content)
    line = take(first).taken[0].incoming
    assert (line.meets_at, line.meets_until, line.meeting_place) == (START, END, "Phòng số 1")
    assert (line.meeting_chair, line.note) == ("Bà A", "")
    for hours, told in ((1, ""), (2, meeting_text(Meeting(END, "Phòng số 2")))):
        at = Trace("G22", timezone.now() + dt.timedelta(hours=hours))
        deed = Business(Kind.UPDATE, "Sai", first.document_id, changes_document=True)
        take(replace(first, content=told, subject=f"Lần {hours}", business=deed, traces=(at,),
                     attachments=()))  # fmt: skip
        line.refresh_from_db()
        assert line.subject == f"Lần {hours}"
        assert line.meeting_place == ("Phòng số 2" if told else "Phòng số 1")
    assert (line.meets_at, line.meeting_chair) == (END, "")
