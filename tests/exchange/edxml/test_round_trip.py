"""What we write is read back as it was said, and nothing incomplete is written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from common.working_time import LOCAL
from exchange.edxml import messages as m
from exchange.edxml.elements import clean
from exchange.edxml.faults import EdxmlError
from exchange.edxml.reading import read
from exchange.edxml.writing import write
from files.checks import clean_name
from tests.exchange.edxml.samples import DAY, authority, message, status, trust

words = st.text(min_size=1, max_size=40).map(clean).filter(bool)
maybe = words | st.just("")
days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 30))
moments = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2199, 1, 1)).map(
    lambda at: at.replace(microsecond=0, fold=0, tzinfo=dt.UTC).astimezone(LOCAL)
)
codes = st.sampled_from(["H32", "H32.05", "000.00.05.H32", "G22", "A53.01.02"])
few = {"max_size": 3}
numbers = st.none() | st.integers(0, 9_999)
organs = st.builds(m.Organ, codes, words, maybe, maybe, maybe, maybe, maybe, maybe)
staff = st.none() | st.builds(m.Staff, words, maybe, maybe, maybe)
answers = st.builds(m.ResponseFor, codes, words, maybe, st.none() | days)
files = st.builds(
    m.Attachment, words.map(clean_name).map(lambda name: f"{name[:40]}.pdf").map(clean_name),
    st.binary(min_size=1, max_size=200), maybe,
)  # fmt: skip
businesses = st.builds(
    m.Business, st.sampled_from(m.Kind), maybe, words, st.booleans(), st.booleans(),
    st.lists(st.builds(m.ReceiverChange, codes, st.booleans()), **few).map(tuple),
    st.lists(
        st.builds(m.Replacement, words, st.lists(codes, **few).map(tuple)), min_size=1, **few
    ).map(tuple),
    staff, numbers,
)  # fmt: skip
others = st.builds(
    m.OtherInfo, st.sampled_from(m.Priority), maybe, maybe, numbers, numbers,
    st.none() | st.booleans(), st.lists(words, **few).map(tuple),
)  # fmt: skip


@st.composite
def said(draw) -> m.Message:
    sender, day, number, notation = draw(organs), draw(days), draw(words)[:20], draw(words)[:20]
    number, notation = number.strip(), notation.strip()
    return m.Message(
        sender, tuple(draw(st.lists(organs, min_size=1, **few))),
        clean(m.document_id(sender.organ_id, day, number, notation)), number, notation,
        draw(words), day, draw(st.builds(m.DocumentType, words, numbers, numbers)), draw(words),
        draw(maybe), draw(st.none() | st.builds(m.Signatory, words, maybe, maybe)),
        draw(st.none() | days), tuple(draw(st.lists(words, **few))), draw(others),
        tuple(draw(st.lists(answers, **few))), draw(st.none() | st.sampled_from(m.Steering)),
        tuple(draw(st.lists(st.builds(m.Trace, codes, moments), min_size=1, **few))),
        draw(businesses), tuple(draw(st.lists(files, min_size=1, **few))),
    )  # fmt: skip


@given(said())
@settings(max_examples=150, deadline=None)
def test_a_message_comes_back_as_it_was(made):
    data = write(made)
    assert read(data, unsigned=True) == made
    assert write(made) == data


@given(
    st.builds(
        m.StatusMessage, organs, answers, st.sampled_from(m.StatusCode), moments, maybe, staff
    )
)
@settings(max_examples=100, deadline=None)
def test_a_status_comes_back_as_it_was(made):
    assert read(write(made), unsigned=True) == made


def test_signed_it_comes_back_with_who_signed():
    for made in (message(), status()):
        found = read(write(made, authority().signer("VPCP")), trust=trust())
        assert found.signed_by == "CN=VPCP"
        assert type(found)(**{**vars(found), "signed_by": ""}) == made


def test_the_order_and_the_dates_are_the_standards():
    head = etree.fromstring(write(message(due_on=DAY, content="x", steering=m.Steering.NONE)))
    head = head.find(".//{*}MessageHeader")
    names = [etree.QName(each).localname for each in head]
    assert names == [
        "From", "To", "DocumentId", "Code", "PromulgationInfo", "DocumentType", "Subject",
        "Content", "SignerInfo", "DueDate", "OtherInfo", "SteeringType",
    ]  # fmt: skip
    assert head.findtext("{*}DueDate") == "2026/03/02"
    assert head.findtext("{*}DocumentId") == "G22,2026/03/02,7816/VPCP-TTĐT"
    assert etree.QName(head).namespace == m.NAMESPACE


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"subject": ""}, ["Subject is missing."]),
        ({"subject": "x" * 501}, ["Subject is too long: at most 500 letters."]),
        ({"receivers": ()}, ["To is missing."]),
        ({"attachments": (), "traces": ()}, ["TraceHeaderList/TraceHeader", "Attachment is miss"]),
        ({"sender": m.Organ("sở", "Sở")}, ["From/OrganId cannot"]),
        ({"document_id": "7"}, ["DocumentId cannot be read: “7”. Write it like G22,2026/03/02,7"]),
        ({"place": "Hà\x00 Nội"}, ["“Hà\x00 Nội” has blanks or characters"]),
        ({"attachments": (m.Attachment("../a", b"x"),)}, ["no plain name"]),
        ({"business": m.Business(m.Kind.RECALL)}, ["Bussiness/DocumentId is missing."]),
        ({"business": m.Business(m.Kind.REPLACE)}, ["Bussiness/ReplacementInfoList is missing."]),
    ],
)
def test_what_is_incomplete_is_not_written(changes, faults):
    with pytest.raises(EdxmlError) as refused:
        write(message(**changes))
    assert len(refused.value.faults) == len(faults)
    for told, expected in zip(refused.value.faults, faults, strict=True):
        assert expected in told


def test_a_status_without_its_document_is_not_written():
    with pytest.raises(EdxmlError, match=r"ResponseFor/DocumentId .*Timestamp is missing"):
        write(status(response_for=m.ResponseFor("G22"), at=None))
