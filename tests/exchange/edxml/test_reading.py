"""What other systems write is read, however they write it."""

from __future__ import annotations

import base64
import datetime as dt
import itertools

import pytest

from common.working_time import LOCAL
from exchange.edxml.messages import Kind, Message, StatusCode, StatusMessage, Steering
from exchange.edxml.organs import organ_key, same_organ
from exchange.edxml.reading import read
from tests.exchange.edxml.samples import (
    ATTACHMENT,
    BUSINESS,
    HEAD,
    NS,
    STATUS_SAMPLE,
    letter_file,
    sample,
    zipped,
)
from tests.files.corpus import docx


def told(text: str | bytes) -> Message:
    found = read(text if isinstance(text, bytes) else text.encode(), unsigned=True)
    assert isinstance(found, Message)
    return found


def test_a_message_of_the_national_bus():
    found = told(sample())
    assert (found.sender.organ_id, found.sender.name) == ("000.00.00.G22", "Văn phòng Chính phủ")
    assert [each.organ_id for each in found.receivers] == ["000.00.05.H32"]
    assert found.document_id == "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"
    assert found.reference == "7816/VPCP-TTĐT"
    assert (found.promulgated_on, found.due_on) == (dt.date(2015, 9, 30), None)
    assert (found.type.name, found.type.number, found.steering) == ("Công văn", 1, Steering.NONE)
    assert found.traces[0].at == dt.datetime(2018, 9, 28, tzinfo=LOCAL)
    assert (found.business.kind, found.signatory, found.signed_by) == (Kind.NEW, None, "")
    assert [(each.name, each.content) for each in found.attachments] == [
        ("1896_QD-TTg.pdf", letter_file())  # not as the entry of the ZIP is called
    ]
    assert found.attachments[0].content_type == "application/pdf"


def test_order_prefix_namespace_and_encoding_make_no_difference():
    plain = told(sample())
    turned = dict(reversed(HEAD.items()))
    head = sample(**dict.fromkeys(HEAD, ""), more="").replace(
        "<MessageHeader>", "<MessageHeader>" + "".join(turned.values())
    )
    prefixed = (
        sample(ns=NS.replace("xmlns=", "xmlns:e=")).replace("<", "<e:").replace("<e:/", "</e:")
    )
    declared = '<?xml version="1.0" encoding="UTF-16"?>' + sample()
    for text in (head, prefixed, sample(ns=""), declared.encode("utf-16"),
                 sample().encode("utf-8-sig"), sample() + "\n<!-- end -->"):  # fmt: skip
        assert told(text) == plain


@pytest.mark.parametrize(
    "day",
    ["2026/03/02", "02/03/2026", "2/3/2026", "2026-03-02", "02-03-2026", "2026-03-02T08:30:00",
     "2026/03/02 08:30:00", "2026-03-01T23:30:00.000Z", "2026-03-02T00:30:00+07:00"],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written(day):
    assert told(sample(DueDate=f"<DueDate>{day}</DueDate>")).due_on == dt.date(2026, 3, 2)


def test_what_is_not_needed_may_be_missing():
    gone = dict.fromkeys(("Code", "DocumentType", "DueDate", "SteeringType"), "")
    found = told(sample(business="", **gone))
    assert (found.reference, found.type.name, found.steering) == ("", "", None)
    assert found.business.kind == Kind.NEW


def test_business_spelt_right_or_outside_the_traces():
    right = BUSINESS.replace("Bussiness>", "Business>").replace(">0<", ">1<", 1)
    right = right.replace("<Paper>", "<DocumentId>G22,2026/01/05,1/A</DocumentId><Paper>")
    outside = sample(business="").replace("</TraceHeaderList>", f"</TraceHeaderList>{right}")
    for text in (sample(business=right), outside):
        business = told(text).business
        assert (business.kind, business.document_id) == (Kind.RECALL, "G22,2026/01/05,1/A")


def test_an_update_and_a_replacement_say_what_they_change():
    update = told(
        sample(
            business="<Bussiness><BussinessDocType>2</BussinessDocType><DocumentId>X</DocumentId>"
            "<BussinessDocumentInfo><DocumentInfo>1</DocumentInfo><ReceiverList><Receiver>"
            "<OrganId>H41</OrganId><ReceiverType>0</ReceiverType></Receiver><Receiver>"
            "<OrganId>H14</OrganId><ReceiverType>1</ReceiverType></Receiver></ReceiverList>"
            "</BussinessDocumentInfo></Bussiness>"
        )
    ).business
    assert [(each.organ_id, each.is_added) for each in update.receivers] == [
        ("H41", False), ("H14", True)
    ]  # fmt: skip
    assert (update.changes_document, update.changes_receivers) == (True, False)
    replacement = told(
        sample(
            business="<Bussiness><BussinessDocType>3</BussinessDocType><ReplacementInfoList>"
            "<ReplacementInfo><DocumentId>X</DocumentId><OrganIdList><OrganId>H41</OrganId>"
            "</OrganIdList></ReplacementInfo></ReplacementInfoList></Bussiness>"
        )
    ).business.replacements[0]
    assert (replacement.document_id, replacement.organ_ids) == ("X", ("H41",))


def test_a_status_stands_in_either_place():
    old = read(STATUS_SAMPLE.encode(), unsigned=True)
    assert isinstance(old, StatusMessage)
    assert (old.status, old.response_for.code) == (StatusCode.IN_WORK, "7/BC-STC")
    assert old.at == dt.datetime(2015, 9, 20, 11, 8, 36, tzinfo=LOCAL)
    new = STATUS_SAMPLE.replace("MessageHeader>", "Status>").replace(">05<", ">5<")
    assert read(new.encode(), unsigned=True) == old


def test_texts_are_cleaned_and_comments_do_not_cut_them():
    subject = "<Subject> V/v\n kê\u0301t <!-- x -->n\u1ed1i\u202e </Subject>"
    assert told(sample(Subject=subject)).subject == "V/v kết nối"


def test_files_come_bare_wrapped_or_several_in_one_archive():
    word = docx()
    bare = ATTACHMENT.format(base64.b64encode(word).decode()).replace("1896_QD-TTg.pdf", "a.docx")
    assert told(sample(files=bare)).attachments[0].content == word  # itself a ZIP
    wrapped = ATTACHMENT.format(zipped(word)).replace("1896_QD-TTg.pdf", "../../etc/a.docx")
    found = told(sample(files=wrapped)).attachments[0]
    assert (found.name, found.content) == ("a.docx", word)
    archive = ATTACHMENT.format(zipped(letter_file(), "thư.pdf")).replace(".pdf<", ".zip<", 1)
    assert told(sample(files=archive)).attachments[0].name == "thư.pdf"


def test_old_and_new_codes_name_one_agency():
    same = {
        "000.00.05.H32": "H32.05", "000.00.00.H32": "H32", "001.02.05.h32": "H32.05.02.001",
        "000.02.00.H32": "H32.00.02", "H32.05.00": "H32.05.00",
    }  # fmt: skip
    for old, new in same.items():
        assert organ_key(old) == new
        assert same_organ(old, new)
    different = ["000.00.05.H32", "000.00.50.H32", "000.05.00.H32", "H32", "H32.5"]
    for one, other in itertools.combinations(different, 2):
        assert not same_organ(one, other)
