"""What came in is written into the register: numbers, fields, doubles, files."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEntry
from common.days import start_of
from common.errors import DomainError
from common.text import unaccented
from documents.document_types import document_types, type_name
from documents.models import Incoming
from documents.queries.duplicates import like
from documents.queries.shares import SHARES, Days, received
from documents.rules.references import reference_key
from documents.services import receiving
from documents.services.receiving import DuplicateError
from documents.states import Channel, Status
from files.services import store
from organizations.access import RefusedError
from tenancy.search import matching
from tests.documents.desks import entered, letter, registry_of
from tests.files import corpus

LAST_MINUTE = dt.datetime(2026, 12, 31, 16, 59, tzinfo=dt.UTC)  # 23:59 in Việt Nam


def test_paper_and_mail_share_one_series_of_numbers(scope, town):
    first = entered(town)
    second = entered(town, reference="08/CT-UBND", channel=Channel.MAIL)
    third = entered(town, reference="", channel=Channel.OUTAGE)
    assert [each.number for each in (first, second, third)] == [1, 2, 3]
    assert first.status == Status.REGISTERED
    assert first.arrival_words == f"1/{timezone.localdate().year}"


def test_each_body_and_each_year_begins_with_one(scope, town):
    with time_machine.travel(LAST_MINUTE, tick=False):
        of_2026 = [entered(town, issued_on=None, reference=f"{n}/BC-X") for n in (1, 2)]
        other = registry_of(town, code="H32", name="UBND tỉnh", symbol="UBND")
        elsewhere = entered(town, registry=other, issued_on=None)
    with time_machine.travel(LAST_MINUTE + dt.timedelta(minutes=1), tick=False):
        of_2027 = entered(town, issued_on=None, reference="3/BC-X")
    assert [(each.year, each.number) for each in of_2026] == [(2026, 1), (2026, 2)]
    assert (elsewhere.year, elsewhere.number) == (2026, 1)
    assert (of_2027.year, of_2027.number) == (2027, 1)


def test_a_number_given_back_by_a_failure_is_given_to_the_next(scope, town, monkeypatch):
    entered(town)
    with monkeypatch.context() as broken:
        broken.setattr(receiving, "record", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            entered(town, reference="08/CT-UBND")
    assert entered(town, reference="09/CT-UBND").number == 2


def test_only_the_clerk_of_the_body_writes_into_its_register(scope, town):
    registry = registry_of(town)
    for person in (town.officer, town.leader, town.clerk, town.outsider, town.superuser):
        with pytest.raises(RefusedError):
            receiving.enter(letter(), registry_id=registry.pk, channel=Channel.PAPER, actor=person)
    assert not Incoming.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issued_on": dt.date(2099, 1, 1)}, "dated after"),
        ({"arrived_at": timezone.now() + dt.timedelta(days=1)}, "still to come"),
        ({"arrived_at": timezone.now() - dt.timedelta(days=30)}, "in the note"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(scope, town, changes, words):
    with pytest.raises(DomainError, match=words):
        entered(town, **changes)


def test_after_an_outage_the_day_of_arrival_is_earlier_and_the_number_is_the_next(scope, town):
    entered(town)
    then = timezone.now() - dt.timedelta(days=3)
    late = entered(town, reference="", channel=Channel.OUTAGE, arrived_at=then)
    assert (late.number, late.arrived_at) == (2, then)
    assert late.registered_at > then


def test_pages_are_counted_where_the_clerk_leaves_them_empty(scope, town):
    def scan() -> int:
        two = corpus.pdf(lambda document: document.add_blank_page(page_size=(595, 842)))
        return store(SimpleUploadedFile("quet.pdf", two), actor=town.records_clerk).pk

    counted = entered(town, file_ids=[scan()])
    told = entered(town, reference="8/CT", file_ids=[scan()], pages=5, language="Tiếng Anh")
    assert [(each.pages, each.language) for each in (counted, told)] == [
        (2, "Tiếng Việt"), (5, "Tiếng Anh"),
    ]  # fmt: skip
    assert entered(town, reference="9/CT").pages is None


def test_what_came_since_the_last_working_day_is_entered_with_its_true_day(scope, town):
    """The decree lets it wait for the next working day (Điều 4.3); later is told, and counts."""
    today = timezone.localdate()
    monday = start_of(today + dt.timedelta(days=7 - today.weekday()))
    thursday, friday, saturday = (monday - dt.timedelta(days=n) for n in (4, 3, 2))
    with time_machine.travel(monday + dt.timedelta(hours=10), tick=False):
        paper = entered(town, arrived_at=friday)
        mail = entered(town, reference="8/BC-X", channel=Channel.MAIL, arrived_at=saturday)
        with pytest.raises(DomainError, match="in the note"):
            entered(town, reference="9/BC-X", arrived_at=thursday)
        late = entered(town, reference="9/BC-X", arrived_at=thursday, note="Bưu tá giao nhầm")
        days = Days(timezone.localdate(thursday), timezone.localdate())
        in_time = received(days).filter(SHARES["documents.registered"].good(days))
        assert list(in_time.order_by("number")) == [paper, mail]
    assert (late.number, late.arrived_at) == (3, thursday)


def test_a_body_that_is_closed_takes_in_nothing(scope, town):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    closed = registry_of(town, code="H32.99", valid_to=yesterday)
    with pytest.raises(DomainError, match="no more documents"):
        entered(town, registry=closed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("07/CT-UBND", "7/ct-ubnd"), ("07/CT-UBND", " 07 / CT – UBND "), ("5/BNV-VP", "05/BNV‑VP"),
    ],
)  # fmt: skip
def test_one_number_is_written_in_many_ways(one, other):
    assert reference_key(one) == reference_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("7/CT-UBND", "70/CT-UBND"), ("7/QĐ-UBND", "7/QD-UBND"), ("7/2026/QĐ", "7")]
)
def test_different_numbers_stay_different(one, other):
    assert reference_key(one) != reference_key(other)


def test_the_same_number_of_the_same_issuer_is_a_double_until_the_clerk_has_seen_it(scope, town):
    first = entered(town)
    with pytest.raises(DuplicateError):
        entered(town, reference="7/ct-ubnd", issuer="ubnd TỈNH khánh hòa")
    again = entered(town, reference="7/ct-ubnd", seen=[first.pk])
    assert again.number == 2
    with pytest.raises(DuplicateError):  # the second one he has not seen
        entered(town, reference="7/ct-ubnd", seen=[first.pk])


def test_another_issuer_or_another_body_makes_no_double(scope, town):
    entered(town)
    entered(town, issuer="UBND tỉnh Lào Cai")
    entered(town, registry=registry_of(town, code="H32", name="UBND tỉnh", symbol="UBND"))
    assert Incoming.objects.count() == 3


def test_the_id_of_an_electronic_document_makes_a_double_whatever_is_typed(scope, town):
    first = entered(town)
    Incoming.objects.filter(pk=first.pk).update(document_id="H32,2026/03/02,07/CT-UBND")
    twin = Incoming(
        registry=first.registry, document_id="H32,2026/03/02,07/CT-UBND", issuer="Sở khác"
    )
    assert like(twin) == [first]


def test_a_form_sent_twice_makes_one_document(scope, town):
    registry = registry_of(town)
    how = {"registry_id": registry.pk, "channel": Channel.PAPER, "actor": town.records_clerk}
    one = receiving.enter(letter(), **how, form_token="a" * 40)
    assert receiving.enter(letter(), **how, form_token="a" * 40) == one
    assert Incoming.objects.count() == 1


def test_scans_hang_on_the_document_in_their_order(scope, town):
    scans = [
        store(SimpleUploadedFile(f"trang-{n}.png", PNG), actor=town.records_clerk) for n in (1, 2)
    ]
    made = entered(town, file_ids=[each.pk for each in reversed(scans)])
    names = [each.stored.name for each in made.files.select_related("stored").order_by("order")]
    assert names == ["trang-2.png", "trang-1.png"]


def test_it_is_found_without_accents_by_what_is_on_it(scope, town):
    made = entered(town)
    for words in ("tang cuong cong nghe", "07/CT-UBND", "khánh hòa", "Vịnh", made.arrival_words):
        assert Incoming.objects.filter(matching(Incoming, unaccented(words))).get() == made
    assert not Incoming.objects.filter(matching(Incoming, "khong co gi")).exists()


def test_the_log_keeps_who_registered_what(scope, town):
    made = entered(town)
    entry = AuditEntry.objects.get(subject_id=str(made.pk), subject_type="documents.incoming")
    assert (entry.action, entry.actor_id) == ("document.registered", str(town.records_clerk.pk))
    assert entry.data["number"] == made.arrival_words
    assert entry.unit_id == str(town.agency.pk)


def test_the_database_refuses_a_second_line_with_the_same_number(scope, town):
    one, two = entered(town), entered(town, reference="")
    with pytest.raises(IntegrityError, match="incoming_number_once"), transaction.atomic():
        Incoming.objects.filter(pk=two.pk).update(number=one.number)


def test_all_types_of_the_decree_are_known():
    known = document_types().values()
    assert sum(each.kind == "type" for each in known) == 29  # NĐ 30/2020/NĐ-CP Điều 7
    assert {each.abbreviation for each in known if each.kind == "copy"} == {"SY", "TrS", "SL"}
    assert type_name("quyet-dinh") == "Quyết định"  # as it stands on the paper
    assert type_name("") == ""


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
