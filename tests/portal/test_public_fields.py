"""Canaries: what is planted in a dossier never comes out on a public page or in the log."""

import dataclasses
import datetime as dt
import logging
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from onestop.models import Dossier
from onestop.services import endings, waiting
from onestop.services.reception import PersonFacts
from papers.models import PrintedForm
from papers.services import print_form
from portal.public import PublicDossier, public_dossier, scrub
from tenancy.scope import tenant_scope
from tests.marks import first
from tests.onestop.dossiers import APPLICANT, assigned, make_dossier
from tests.portal.lookups import LOOKUP, ask, open_page

PLANTED = {
    part: PersonFacts(
        name=f"Kanari{part} Văn Chim", number=f"09871{part}00321", phone=f"09122{part}4455",
        email=f"kanari{part}@vi-du.example", address=f"{part}77 Ngõ Hoàng Yến",
        authorisation=f"Giấy ủy quyền Kanari{part}" if part == 3 else "",
    )
    for part in (1, 2, 3)
}  # fmt: skip
NOTES = "Gọi Kanari1 Văn Chim số 091 221 4455, kanari1@vi-du.example, CCCD 09871100321."


@pytest.fixture
def planted(province, town):
    people = {"applicant": PLANTED[1], "submitter": PLANTED[2], "authorised": PLANTED[3]}
    with tenant_scope(province):
        made = assigned(town, **people, summary=f"Trích yếu {PLANTED[1].name}")
        Dossier.objects.filter(pk=made.pk).update(void_reason="")
    return made


@pytest.fixture
def canaries(town):
    found = []
    for person in PLANTED.values():
        found += [person.name, person.number, person.phone, person.email, person.address]
    staff = [town.clerk, town.officer, town.head, town.leader]
    found += [user.full_name for user in staff] + [user.username for user in staff]
    return [*found, "Kanari", "Hoàng Yến", "Giấy ủy quyền", "Trích yếu", "4455"]


def assert_silent(texts, canaries):
    for text in texts:
        for canary in canaries:
            assert canary not in text, f"{canary!r} came out"


def every_page(client, dossier, token):
    digits = dossier.second_factor
    yield client.get("/")
    yield client.get(LOOKUP)
    yield client.get(reverse("onestop:procedure_public_list"))
    yield client.get(reverse("portal:procedure", args=["1.000001"]))
    yield open_page(client, dossier.code, digits)
    yield open_page(client, dossier.lookup_number)
    yield client.get(reverse("portal:qr", args=[token]))
    yield client.get(reverse("portal:qr", args=["x" * 27]))
    yield client.get(reverse("portal:lookup_result", args=["x"]))
    yield ask(client, dossier.code, "0000")
    yield ask(client, dossier.code[:-4] + "9999", digits)
    yield ask(client, "nonsense")
    yield client.get("/huong-dan/")
    yield client.get("/tiep-can/")
    yield client.get("/no-such-page/")
    for _ in range(20):
        ask(client, dossier.code, "0000")
    yield ask(client, dossier.code, digits)


@pytest.mark.parametrize("state", first(1, ["as_is", "supplement", "payment", "stopped", "void"]))
def test_no_public_page_and_no_log_line_holds_a_canary(
    client, province, town, planted, canaries, caplog, state
):
    with tenant_scope(province):
        bring_to(state, planted, town)
        slip = PrintedForm.objects.of(planted).filter(form="01").get()
        token = print_form(slip.pk, actor=town.clerk).token if slip.voided_at is None else "y" * 27
    with caplog.at_level(logging.DEBUG):
        caplog.clear()
        pages = list(every_page(client, planted, token))
    logged = [
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    ]
    assert any(planted.code in page.text for page in pages)
    assert_silent([page.text for page in pages], canaries)
    assert_silent([str(page.headers) for page in pages], canaries)
    assert_silent(logged, canaries)


def bring_to(state, dossier, town):
    day = timezone.localdate() + dt.timedelta(days=20)
    match state:
        case "supplement":
            waiting.ask_supplement(
                dossier.pk, actor=town.head, items=[NOTES], reason=NOTES, apply_by=day
            )
        case "payment":
            waiting.require_payment(dossier.pk, actor=town.officer, amount_vnd=5000, note=NOTES)
        case "stopped":
            endings.stop(dossier.pk, actor=town.head, reason=NOTES)
        case "void":
            now = timezone.now()
            Dossier.objects.filter(pk=dossier.pk).update(
                voided_at=now, closed_at=now, void_reason=NOTES, step=None
            )


def test_neither_code_nor_digits_nor_number_reach_the_address_line(client, planted):
    digits = planted.second_factor
    for question in [(planted.code, digits), (planted.lookup_number, "")]:
        address = ask(client, *question)["Location"]
        assert planted.code not in address
        assert planted.lookup_number not in address
        assert f"/{digits}/" not in address


def test_a_public_template_gets_no_row(client, planted):
    for page in (
        open_page(client, planted.code, planted.second_factor),
        open_page(client, planted.lookup_number),
    ):
        for layer in page.context:
            for values in layer.dicts:
                rows = [key for key, value in values.items() if isinstance(value, models.Model)]
                assert set(rows) <= {"province"}


def test_the_list_of_fields_is_closed_and_frozen(province, planted):
    with tenant_scope(province):
        page = public_dossier(planted.pk, "full")
    assert {field.name for field in dataclasses.fields(PublicDossier)} == {
        "code", "answer", "promised_at", "due_at", "due_why", "due_state", "due_words", "whole",
    }  # fmt: skip
    assert {field.name for field in dataclasses.fields(page.whole)} == {
        "procedure", "applicant", "agency", "counter", "steps", "missing", "fee_owed_vnd",
        "collect", "received_at", "parts",
    }  # fmt: skip
    with pytest.raises(dataclasses.FrozenInstanceError):
        page.code = "x"
    assert plain(dataclasses.asdict(page))


def plain(value):
    """Whether nothing but words, numbers and moments is in there."""
    if isinstance(value, dict):
        return all(plain(each) for each in value.values())
    if isinstance(value, list | tuple):
        return all(plain(each) for each in value)
    return value is None or isinstance(value, str | int | dt.date | dt.datetime)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Gặp Trần Văn Thử", "Gặp Tr*** V** T*"),
        ("gặp TRẦN VĂN THỬ", "gặp Tr*** V** T*"),
        ("gọi 0900 012 345 trước 20/11/2026", "gọi … trước 20/11/2026"),
        ("gọi +84900012345", "gọi …"),
        ("CCCD 999012345678", "CCCD …"),
        ("thư thu@vi-du.example ngay", "thư … ngay"),
        ("Thửa 12, tờ 34, 1.250 m2", "Thửa 12, tờ 34, 1.250 m2"),
        ("từ 20/11/2026 đến 25-12-2026", "từ 20/11/2026 đến 25-12-2026"),
        (
            "Tr\u01b0\u0300a (NFD) Tr\u00e2\u0300n V\u0103n Th\u01b0\u0309",
            "Trừa (NFD) Tr*** V** T*",
        ),
    ],
)
def test_free_text_is_scrubbed_of_people_and_keeps_its_sense(text, left):
    assert scrub(text, ["Trần Văn Thử", ""]) == left


def test_another_person_s_name_in_a_reason_is_what_scrubbing_cannot_know(province, town):
    """The known edge: officials are told that the citizen reads the reason."""
    with tenant_scope(province):
        made = make_dossier(town, applicant=replace(APPLICANT, name="Lê Thị Lạ"))
        assert public_dossier(made.pk, "full").whole.applicant == "L*** T** L*"
    assert scrub("Ông Đỗ Người Khác", ["Lê Thị Lạ"]) == "Ông Đỗ Người Khác"


def test_the_language_cookie_is_all_that_a_visitor_gets_beside_the_form_token(client, planted):
    page = open_page(client, planted.lookup_number)
    assert set(client.cookies) <= {settings.CSRF_COOKIE_NAME}
    assert page["Cache-Control"] == "private, no-store"
