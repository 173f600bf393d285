"""The public look-up over HTTP: two levels, one sentence, the same answer to every wrong one."""

import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone, translation

from onestop.models import Dossier
from onestop.services import corrections, endings, processing, waiting
from onestop.states import Delivery, Status
from organizations.models import RuleSet
from papers.models import PrintedForm
from papers.services import print_form
from portal import lookup
from portal.sentences import answer_of
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import APPLICANT, assigned, at_kind, make_dossier
from tests.people import make_town
from tests.portal.lookups import DIGITS, LOOKUP, Statements, ask, bare, open_page


def stand():
    town = make_town()
    return town, assigned(town)


@pytest.fixture
def town(standing):
    return standing[0]


@pytest.fixture
def dossier(standing):
    return standing[1]


@pytest.fixture
def token(province, town, dossier):
    with tenant_scope(province):
        slip = PrintedForm.objects.of(dossier).get()
        return print_form(slip.pk, actor=town.clerk).token


@pytest.fixture(autouse=True)
def _english():
    """The msgids: these tests hold whatever the translation says."""
    with translation.override(None):
        yield


@pytest.fixture
def client(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_code_and_digits_open_the_short_page(client, dossier):
    page = open_page(client, dossier.code, DIGITS)
    assert page.status_code == 200
    shown = page.context["dossier"]
    assert (shown.code, shown.answer.tone, shown.whole) == (dossier.code, "progress", None)
    assert "The agency is working on it." in page.text
    assert "Phòng Đất đai" not in page.text


def test_the_look_up_number_alone_opens_the_whole_page(client, dossier):
    page = open_page(client, dossier.lookup_number)
    assert "Phòng Đất đai" in page.text
    assert "Tr*** V** T*" in page.text
    assert page.context["dossier"].whole.procedure in page.text


def test_the_qr_of_the_slip_opens_the_whole_page(client, dossier, token):
    page = client.get(reverse("portal:qr", args=[token]))
    assert page.status_code == 200
    assert page.context["dossier"].whole is not None


def test_a_number_is_found_with_the_spaces_of_the_slip_and_a_code_in_small_letters(client, dossier):
    number = dossier.lookup_number
    assert ask(client, f" {number[:3]} {number[3:7]} {number[7:]} ").status_code == 302
    assert ask(client, dossier.code.lower().replace("-", "–"), DIGITS).status_code == 302


def test_an_unknown_code_and_wrong_digits_get_the_same_answer(client, dossier):
    unknown = dossier.code[:-4] + "9876"
    ask(client, unknown, DIGITS, address="192.0.2.9")  # host and rules are known from now on
    with Statements() as of_unknown:
        first = ask(client, unknown, DIGITS)
    with Statements() as of_wrong:
        second = ask(client, dossier.code, "0000", address="192.0.2.2")
    assert first.status_code == second.status_code == 422
    assert bare(first, unknown, DIGITS) == bare(second, dossier.code, "0000")
    assert len(first.content) == len(second.content)
    assert shapes(of_unknown) == shapes(of_wrong)
    assert without_token(first.headers) == without_token(second.headers)


def shapes(statements):
    return [re.sub(r"'[^']*'|\d+", "?", sql)[:60] for sql in statements.real]


def without_token(headers):
    return {name: value for name, value in headers.items() if name != "Set-Cookie"}


@pytest.mark.parametrize(
    ("code", "digits", "field"),
    [
        ("", "", "code"),
        ("H32.05", DIGITS, "code"),
        ("12345678901", "", "code"),  # its check digit is wrong
        ("H32.05-261102-0001", "", "digits"),
        ("H32.05-261102-0001", "56", "digits"),
        ("H32.05-261102-0001\x00", DIGITS, "code"),
    ],
)
def test_what_cannot_be_right_is_told_beside_its_box_and_asks_no_table(client, code, digits, field):
    with Statements() as statements:
        page = ask(client, code, digits)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert [sql for sql in statements.real if "tenancy_province" not in sql] == []


def test_the_look_up_stays_within_six_statements(client, dossier, token):
    client.get(LOOKUP)
    asked = [(dossier.code, DIGITS), (dossier.code, "0000"), (dossier.lookup_number, "")]
    for question in [*asked, ("12345678903", "")]:
        with Statements() as statements:
            answer = ask(client, *question)
        assert len(statements.real) <= 6, statements.real
        if answer.status_code == 302:
            with Statements() as statements:
                assert client.get(answer["Location"]).status_code == 200
            assert len(statements.real) <= 6, statements.real
    with Statements() as statements:
        assert client.get(reverse("portal:qr", args=[token])).status_code == 200
    assert len(statements.real) <= 6, statements.real


def test_the_page_closes_after_a_quarter_of_an_hour(client, dossier, monkeypatch):
    address = ask(client, dossier.code, DIGITS)["Location"]
    real = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: real + lookup.RESULT_SECONDS - 5)
    assert client.get(address).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: real + lookup.RESULT_SECONDS + 5)
    page = client.get(address)
    assert page.status_code == 410
    assert dossier.code not in page.text


def test_the_way_to_a_page_leads_nowhere_in_another_province(client, other_client, dossier):
    address = ask(client, dossier.code, DIGITS)["Location"]
    assert client.get(address).status_code == 200
    assert other_client.get(address).status_code == 410
    assert ask(other_client, dossier.code, DIGITS).status_code == 422


def test_an_address_made_up_by_hand_is_closed(client, dossier):
    forged = signing.dumps([dossier.province_id, dossier.pk, "full"], salt="another")
    assert client.get(reverse("portal:lookup_result", args=[forged])).status_code == 410
    assert client.get(reverse("portal:lookup_result", args=["x:y:z"])).status_code == 410


def test_the_code_cannot_be_asked_by_get(client, dossier):
    page = client.get(LOOKUP, {"code": dossier.code, "digits": DIGITS})
    assert page.status_code == 200
    assert dossier.code not in page.text


def test_an_older_print_does_not_open_the_page_any_more(client, province, town, dossier, token):
    with tenant_scope(province):
        print_form(PrintedForm.objects.of(dossier).get().pk, actor=town.clerk)
    page = client.get(reverse("portal:qr", args=[token]))
    assert page.status_code == 404
    assert dossier.code not in page.text


def test_a_void_slip_says_that_it_is_void(client, province, town):
    with tenant_scope(province):
        made = make_dossier(town)
        token = print_form(PrintedForm.objects.of(made).get().pk, actor=town.clerk).token
        corrections.void(made.pk, actor=town.clerk, reason="Nhập nhầm người")
    by_qr = client.get(reverse("portal:qr", args=[token]))
    by_hand = (open_page(client, made.code, DIGITS), open_page(client, made.lookup_number))
    for page in (*by_hand, by_qr):
        assert "This slip is void" in page.text
        assert "Nhập nhầm người" not in page.text
        assert page.context["dossier"].due_words == ""


def test_missing_papers_are_named_on_the_whole_page_only(client, province, town, dossier):
    day = timezone.localdate() + timezone.timedelta(days=20)
    with tenant_scope(province):
        waiting.ask_supplement(
            dossier.pk, actor=town.head, items=["Bản vẽ mặt bằng"], reason="Thiếu", apply_by=day
        )
    whole, short = open_page(client, dossier.lookup_number), open_page(client, dossier.code, DIGITS)
    assert "Bản vẽ mặt bằng" in whole.text
    assert "Bản vẽ mặt bằng" not in short.text
    assert f"{day:%d/%m/%Y}" in short.text


def test_the_reason_of_a_stop_is_told_on_the_whole_page_only(client, province, town, dossier):
    with tenant_scope(province):
        endings.stop(dossier.pk, actor=town.head, reason="Khu đất đang tranh chấp")
    assert "Khu đất đang tranh chấp" in open_page(client, dossier.lookup_number).text
    short = open_page(client, dossier.code, DIGITS)
    assert "Khu đất đang tranh chấp" not in short.text
    assert "The dossier was stopped." in short.text


def test_a_result_that_waits_tells_what_to_bring(client, province, town):
    with tenant_scope(province):
        made = at_kind(town, "return")
    assert "bring the identity card and the slip" in open_page(client, made.code, DIGITS).text


def test_the_tax_number_of_a_branch_counts_without_its_hyphen(client, province, town):
    firm = replace(APPLICANT, number="0101234567-001", kind="enterprise")
    with tenant_scope(province):
        made = make_dossier(town, applicant=firm)
    assert ask(client, made.code, "7001").status_code == 302


def test_a_dossier_without_a_number_is_opened_by_nothing_typed_beside_its_code(
    client, province, town
):
    with tenant_scope(province):
        made = make_dossier(town)
        Dossier.objects.filter(pk=made.pk).update(applicant_number="")
    assert ask(client, made.code, "0000").status_code == 422
    assert ask(client, made.lookup_number).status_code == 302


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("delivery", Delivery)
def test_every_status_has_its_sentence(status, delivery):
    dossier = Dossier(status=status, delivery=delivery, returned_at=timezone.now())
    found = answer_of(dossier, reason="", apply_by=None)
    assert found.sentence.endswith(".")
    assert found.icon
    assert found.todo or status in (Status.IN_PROGRESS, Status.RETURNED)


def test_the_levels_are_dated_settings(client, province, dossier, token):
    with tenant_scope(province):
        RuleSet.objects.create(
            kind="lookup", valid_from=timezone.localdate(), source="thử",
            values={"code_level": "off", "number_level": "summary"},
        )  # fmt: skip
    assert ask(client, dossier.code, DIGITS).status_code == 422
    assert open_page(client, dossier.lookup_number).context["dossier"].whole is None
    qr = client.get(reverse("portal:qr", args=[token]))
    assert qr.context["dossier"].whole is None


def test_the_words_of_the_deadline_are_those_of_the_list(client, province, town, dossier):
    page = open_page(client, dossier.lookup_number)
    listed = client.sign_in(town.officer).get(reverse("onestop:dossier_list"))
    row = next(row for row in listed.context["page"] if row["code"] == dossier.code)
    assert page.context["dossier"].due_words == str(row["due_words"])
    assert page.context["dossier"].due_state == str(row["due_state"])


def test_processing_is_seen_at_once(client, province, town, dossier):
    before = open_page(client, dossier.lookup_number).context["dossier"].whole.steps
    with tenant_scope(province):
        processing.forward(dossier.pk, actor=town.officer)
    after = open_page(client, dossier.lookup_number).context["dossier"].whole.steps
    assert [step.state for step in before] != [step.state for step in after]
