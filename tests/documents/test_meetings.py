"""Giấy mời: what the drafter says of the meeting, what stands on the paper, what receivers read."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from common.errors import DomainError
from documents.drafting import Content, Gathering
from documents.issuing import Stage
from documents.layouts.rendering import render
from documents.models import Assignment, Incoming, Outgoing
from documents.papers_of import paper_of
from documents.queries import lists
from documents.services import arrivals, directing, drafting, handling, issuing
from documents.services.directing import Receiver
from documents.states import Part
from portal.queries.work import boxes
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.drafts import begun, brought_to, heading, other_registry
from tests.documents.test_outgoing_pages import typed
from tests.people import make_person

HOUR = dt.timedelta(hours=1)


def gathering(**changes) -> Gathering:
    starts = timezone.localtime() + 48 * HOUR
    told = {"chair": "Giám đốc Sở", "place": "Phòng họp số 1", "starts_at": starts.isoformat()}
    return Gathering(**{**told, **changes})


def invitation(**changes) -> dict:
    """What `begun` and `brought_to` take."""
    content = Content(body="Đề nghị dự đúng giờ.", addressees=("Sở Tư pháp",))
    return {"type": "giay-moi", "content": replace(content, meeting=gathering(**changes))}


def text_of(outgoing: Outgoing) -> str:
    pdf = render(paper_of(outgoing, outgoing.drafts.get()))
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def test_the_paper_says_when_where_and_who_chairs(scope, town):
    zone = timezone.get_current_timezone()
    starts, ends = (dt.datetime(2099, 1, 5, hour, 30, tzinfo=zone) for hour in (8, 11))
    meeting = {"starts_at": starts.isoformat(), "ends_at": ends.isoformat()}
    text = text_of(begun(town, **invitation(**meeting)))
    assert "Chủ trì: Giám đốc Sở." in text
    assert "Thời gian: từ 08 giờ 30 đến 11 giờ 30, ngày 05 tháng 01 năm 2099." in text
    assert "Địa điểm: Phòng họp số 1." in text
    assert "Tới dự Tình hình ứng dụng công nghệ thông tin." in text
    later = {**meeting, "ends_at": (ends + 24 * HOUR).isoformat(), "occasion": "hội nghị."}
    text = text_of(begun(town, **invitation(**later)))
    assert "từ 08 giờ 30, ngày 05 tháng 01 năm 2099 đến 11 giờ 30, ngày 06 tháng 01" in text
    assert "Tới dự hội nghị." in text
    alone = text_of(begun(town, **invitation(starts_at=starts.isoformat())))
    assert "Thời gian: 08 giờ 30, ngày 05 tháng 01 năm 2099." in alone


@pytest.mark.parametrize(
    ("hours", "words"), [((-1, None), "in the past"), ((3, 2), "before it begins")]
)
def test_a_meeting_is_to_come_and_does_not_end_before_it_begins(scope, town, hours, words):
    moments = [(timezone.now() + each * HOUR).isoformat() if each else "" for each in hours]
    with pytest.raises(DomainError, match=words):
        begun(town, **invitation(starts_at=moments[0], ends_at=moments[1]))
    with pytest.raises(DomainError, match="Say when and where"):
        begun(town, type="giay-moi")
    made = begun(town, **invitation())
    wrong = replace(Content(body="B"), meeting=gathering(starts_at=moments[0], ends_at=moments[1]))
    with pytest.raises(DomainError, match=words):
        drafting.revise(
            made.pk, heading(town, type="giay-moi"), wrong, actor=town.officer, version=1
        )


def test_an_invitation_to_what_is_over_gets_no_number(scope, town, monkeypatch):
    outgoing = brought_to(Stage.SIGNED, town, **invitation())
    later = timezone.now() + 72 * HOUR
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(DomainError, match="in the past"):
        issuing.number(outgoing.pk, actor=town.records_clerk)


def received(town, **changes) -> Incoming:
    """Issued to the other agency, whose leader lets its official know of it."""
    outgoing = brought_to(Stage.ISSUED, town, **invitation(**changes))
    incoming = Incoming.objects.get(dispatches__outgoing=outgoing)
    clerk = make_person("clerk", town.other_agency)
    leader = make_person("leader", town.other_agency)
    arrivals.register(incoming.pk, actor=clerk)
    inform = Receiver(Part.INFORM, town.other_agency.pk, town.outsider.pk)
    return directing.direct(incoming.pk, actor=leader, opinion="Dự họp", receivers=[inform])


def test_who_is_invited_has_it_in_his_work_until_it_is_over(scope, town):
    incoming = received(town)
    person, now = town.outsider, timezone.now()
    lying = Assignment.objects.open().get(incoming=incoming, person=person)
    handling.finish(lying.pk, actor=person, words="")  # read, and still to go to

    def waits(at, who=person):
        return list(lists.meetings(who, at))

    assert waits(now) == [incoming]
    assert [each.count for each in boxes(person) if each.words == "Meetings to come"] == [1]
    assert waits(now, town.officer) == []
    end_of_day = incoming.meets_until
    assert incoming.meets_at < end_of_day
    assert waits(end_of_day - HOUR / 60) == [incoming]
    assert waits(end_of_day) == []
    issuing.recall(Outgoing.objects.get().pk, actor=town.records_clerk, reason="Hoãn")
    clerk = make_person("clerk", town.other_agency)
    arrivals.agree_recall(incoming.pk, actor=clerk)
    assert waits(now) == []


def test_time_and_place_stand_above_the_document_and_the_list(client, province, town):
    with tenant_scope(province):
        incoming = received(town, place="Hội trường lớn")
    when = f"{timezone.localtime(incoming.meets_at):%H:%M %d/%m/%Y}"
    client.sign_in(town.outsider)
    for url in (
        reverse("documents:incoming_list"), reverse("documents:incoming_detail", args=[incoming.pk])
    ):  # fmt: skip
        page = client.get(url).text
        assert when in page
        assert "Hội trường lớn" in page


def test_the_form_tells_the_field_and_keeps_what_was_typed(client, province, town):
    with tenant_scope(province):
        registry_of(town)
        other_registry(town)
    client.sign_in(town.officer)
    begin = reverse("documents:outgoing_begin")
    today = timezone.localdate()
    right = {
        "type": "giay-moi", "addressees": "Sở Tư pháp", "chair": "Giám đốc",
        "meeting_place": "Phòng số 1",
        "meets_on": f"{today + dt.timedelta(days=2):%d/%m/%Y}", "meets_at": "14:00",
    }  # fmt: skip
    wrong = {
        "meets_on": {"meets_on": f"{today - dt.timedelta(days=1):%d/%m/%Y}"},
        "ends_at": {"ends_at": "13:00"},
        "meeting_place": {"meeting_place": ""},
        "meets_at": {"meets_at": "hai giờ"},
        "addressees": {"addressees": ""},
    }
    for name, changes in wrong.items():
        answer = client.post(begin, typed(town, **{**right, **changes}))
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [name]
        assert "Nội dung báo cáo." in answer.text
    assert client.post(begin, typed(town, **right, ends_at="16:00")).status_code == 302
    with tenant_scope(province):
        made = Outgoing.objects.get()
        meeting = Content.from_json(made.drafts.get().content).meeting
        assert timezone.localtime(meeting.starts).hour == 14
    page = client.get(reverse("documents:outgoing_edit", args=[made.pk])).text
    assert 'value="14:00"' in page
    assert 'value="16:00"' in page
    other = typed(town, type="bao-cao", version="1", form_token="u" * 32)
    assert client.post(reverse("documents:outgoing_edit", args=[made.pk]), other).status_code == 302
    with tenant_scope(province):
        newest = made.drafts.get(version=2)
        assert Content.from_json(newest.content).meeting is None
