"""A search by a person's number: the number stands in no address, and the search leaves a note."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import AccessNote
from common.searches import numbers_joined
from onestop.models import Dossier
from tenancy.scope import tenant_scope
from tests.marks import first
from tests.onestop.dossiers import APPLICANT, assigned, turned_away
from tests.onestop.test_visits import VISITS

SEARCH = "/tim/"
AGAIN = "Lượt tìm này không còn được giữ. Hãy tìm lại."
SPACED = f"{APPLICANT.number[:3]} {APPLICANT.number[3:6]} {APPLICANT.number[6:]}"

CODES = (
    "H32.05-260302-0007", "h32.05-260302-0007", "H32.149-261122-0010", "H32.05.12-260302-00071",
    "H32.VPUB-260302-0007", "000.12.34.H32-260302-0007", "H32.05-260302", "149-261122-0010",
    "1.004194", "1.004194 2.001234", "1.004194.000.00.00.H32",
)  # fmt: skip


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return assigned(town)


def addresses(answer) -> str:
    """Where the browser was sent, and every link of the page it arrived at."""
    return f"{answer.redirect_chain} {answer.request['QUERY_STRING']} " + "".join(
        part.split('"')[0] for part in answer.text.split('href="')[1:]
    )


@pytest.mark.parametrize("number", first(1, [APPLICANT.number, SPACED, "0900 012 345"]))
@pytest.mark.parametrize("method", ["post", "get"])
def test_a_number_is_found_and_stands_in_no_address(client, town, dossier, number, method):
    client.sign_in(town.officer)
    answer = getattr(client, method)(SEARCH, {"q": number}, follow=True)
    assert dossier.code in answer.text
    assert answer.context["words"] == number
    for form in (number, number.replace(" ", "+"), number.replace(" ", "%20")):
        assert form not in addresses(answer)


def test_back_goes_to_the_earlier_search(client, town, dossier):
    client.sign_in(town.officer)
    first = client.post(SEARCH, {"q": APPLICANT.number})["Location"]
    client.post(SEARCH, {"q": "999 000 000 000"})
    assert dossier.code in client.get(first).text


def test_the_key_says_nothing_in_another_session(client, town, dossier, province):
    client.sign_in(town.officer)
    key = client.post(SEARCH, {"q": APPLICANT.number})["Location"]
    other = type(client)(province).sign_in(town.head)
    page = other.get(key)
    assert dossier.code not in page.text
    assert page.context["words"] == ""
    assert AGAIN in page.text


@pytest.mark.parametrize("words", first(3, [*CODES, "nguyễn văn an", "nhà 12 ngõ 34/56"]))
def test_codes_and_names_stay_in_the_address(client, town, words):
    client.sign_in(town.officer)
    answer = client.post(SEARCH, {"q": words}, follow=True)
    assert answer.context["words"] == words
    assert "~" not in answer.request["QUERY_STRING"]


def test_a_search_by_number_leaves_a_note_without_the_number(client, town, province, dossier):
    client.sign_in(town.officer).post(SEARCH, {"q": APPLICANT.number}, follow=True)
    client.post(SEARCH, {"q": "tran van thu"}, follow=True)
    with tenant_scope(province):
        note = AccessNote.objects.get(kind="dossiers.searched")
        assert note.data == {"found": [dossier.code]}
        assert note.actor_id == str(town.officer.pk)


def test_the_queue_and_its_export_keep_a_typed_number_out_of_their_addresses(client, town, dossier):
    client.sign_in(town.officer)
    page = client.get(reverse("onestop:dossier_list"), {"q": APPLICANT.number}, follow=True)
    assert dossier.code in page.text
    assert APPLICANT.number not in addresses(page)
    query = page.request["QUERY_STRING"]
    sheet = client.get(f"{reverse('onestop:dossier_export')}?{query}")
    assert sheet.status_code == 200
    assert sheet.content[:2] == b"PK"
    with tenant_scope(dossier.province):
        searched = AccessNote.objects.get(kind="dossiers.searched")
        assert searched.data == {"found": [dossier.code]}
        note = AccessNote.objects.get(kind="dossiers.exported")
        assert note.data["rows"] == Dossier.objects.count() == 1


def test_a_number_typed_into_the_address_of_the_export_is_in_no_later_one(client, town, dossier):
    client.sign_in(town.officer)
    url = reverse("onestop:dossier_export")
    sent = client.get(url, {"q": APPLICANT.number, "xem": "tat-ca"})
    assert sent.status_code == 302
    assert sent["Location"].startswith(f"{url}?")
    assert APPLICANT.number not in sent["Location"]
    rows = load_workbook(io.BytesIO(client.get(sent["Location"]).content)).active
    assert [row[0].value for row in rows][1:] == [dossier.code]


LONG = "nguyễn " * 14 + "văn an 001099012345"  # 98 letters, then more


@pytest.mark.parametrize(
    ("url", "method"),
    [(SEARCH, "post"), (SEARCH, "get"), (VISITS, "post"), (VISITS, "get"), ("/ho-so/", "get")],
)
def test_of_very_many_words_the_first_are_looked_for_and_the_page_says_so(
    client, town, url, method
):
    client.sign_in(town.clerk)
    page = getattr(client, method)(url, {"q": LONG}, follow=True)
    assert "Chỉ tìm theo 100 ký tự đầu" in page.text
    assert "001099012345" not in addresses(page)
    assert 'maxlength="100"' not in page.text  # a browser cuts what is pasted without a word
    short = client.get(url, {"q": "x" * 100}, follow=True)
    assert "ký tự đầu" not in short.text


@pytest.mark.parametrize("key", first(1, ["~x", "~", " ~AbCdEfGh"]))
def test_an_unknown_key_finds_nothing_and_asks_to_search_again(client, town, dossier, key):
    queue, export = reverse("onestop:dossier_list"), reverse("onestop:dossier_export")
    client.sign_in(town.officer)
    for url in (queue, SEARCH, export):
        page = client.get(url, {"q": key, "xem": "tat-ca"}, follow=True)
        assert dossier.code not in page.text
        assert AGAIN in page.text
        assert 'value="~' not in page.text
    with tenant_scope(dossier.province):
        assert not AccessNote.objects.exists()


def test_an_unknown_key_shows_no_visit_and_leaves_no_note(client, province, town):
    with tenant_scope(province):
        turned_away(town)
    client.sign_in(town.clerk)
    assert APPLICANT.name in client.get(VISITS).text
    page = client.get(VISITS, {"q": "~x"})
    assert APPLICANT.name not in page.text
    assert AGAIN in page.text
    assert page.context["q"] == ""
    with tenant_scope(province):
        assert not AccessNote.objects.exists()


def test_the_oldest_of_many_searches_is_forgotten_and_finds_nothing(client, town, dossier):
    client.sign_in(town.officer)
    first = client.post(SEARCH, {"q": APPLICANT.number})["Location"]
    for number in range(20):
        client.post(SEARCH, {"q": f"0790000000{number:02}"})
    assert dossier.code not in client.get(first).text


def test_a_visit_is_found_by_a_spaced_number(client, province, town):
    with tenant_scope(province):
        turned_away(town)
    page = client.sign_in(town.clerk).post(VISITS, {"q": SPACED}, follow=True)
    assert len(page.context["page"].rows) == 1


@pytest.mark.parametrize("url", [SEARCH, "/ho-so/"])
@pytest.mark.parametrize(
    "number",
    first(2, [
        "0900-012-345", "0900  012  345", "0900\u00a0012\u202f345", "0900/012.345",
        "(0900) 012-345", "+84 900 012 345",
        "+84 (0)900 012 345", "0900\u2013012\u2011345", "0 9 0 0 0 1 2 3 4 5",
    ]),
)  # fmt: skip
def test_a_number_is_known_however_its_digits_are_parted(client, town, dossier, number, url):
    page = client.sign_in(town.officer).get(url, {"q": number}, follow=True)
    assert dossier.code in page.text
    assert page.request["QUERY_STRING"].startswith("q=~")


@pytest.mark.parametrize(
    ("words", "joined"),
    first(
        4,
        [
            ("079/012.345-678", "079012345678"),
            ("Trần Văn Thử 079 012 345 678", "Trần Văn Thử 079012345678"),
            ("CCCD079-012-345-678", "CCCD079012345678"),
            ("H32.05-260302-0007 0905-123-456", "H32.05-260302-0007 0905123456"),
            ("0101234567-001", "0101234567001"),
            ("123 456 78", "123 456 78"),
            *((code, code) for code in CODES),
        ],
    ),
)
def test_numbers_are_joined_and_codes_are_not(words, joined):
    assert numbers_joined(words) == joined


def test_who_was_turned_away_is_found_by_a_posted_number(client, town):
    page = client.sign_in(town.clerk).post(VISITS, {"q": APPLICANT.number}, follow=True)
    assert page.context["q"] == APPLICANT.number
    assert APPLICANT.number not in addresses(page)


def test_the_search_of_every_page_is_posted(client, town):
    page = client.sign_in(town.officer).get(reverse("onestop:dossier_list"))
    form = page.text.split('class="top-search"')[1].split("</form>")[0]
    assert 'method="post"' in form
    assert "csrfmiddlewaretoken" in form


def test_the_page_says_when_older_matches_were_not_looked_at(client, province, town, monkeypatch):
    with tenant_scope(province):
        first, second = assigned(town), assigned(town)
    client.sign_in(town.officer)
    assert "note-info" not in client.get(SEARCH, {"q": "tran van"}).text
    monkeypatch.setattr("tenancy.search.ENOUGH", 1)
    page = client.get(SEARCH, {"q": "tran van"}).text
    assert "note-info" in page
    assert (first.code in page, second.code in page) == (False, True)


def test_a_cut_export_says_so_in_its_last_row(client, province, town, monkeypatch):
    with tenant_scope(province):
        assigned(town)
        assigned(town)
    client.sign_in(town.officer)

    def last_row():
        sheet = client.get(reverse("onestop:dossier_export")).content
        return list(load_workbook(io.BytesIO(sheet)).active.values)[-1]

    assert last_row()[1]
    monkeypatch.setattr("onestop.views.work.EXPORTED", 1)
    assert last_row()[0].startswith("Chỉ xuất 1 dòng đầu")
    assert not last_row()[1]


def test_the_queue_and_the_search_show_what_changed_since_a_day(client, town, dossier):
    client.sign_in(town.officer)
    today = timezone.localdate()
    tomorrow = f"{today + dt.timedelta(days=1):%d/%m/%Y}"
    for day, is_there in ((f"{today:%d/%m/%Y}", True), (tomorrow, False)):
        listed = client.get(reverse("onestop:dossier_list"), {"xem": "tat-ca", "tu": day})
        found = client.post(SEARCH, {"q": "tran van thu", "tu": day}, follow=True)
        assert (dossier.code in listed.text) == (dossier.code in found.text) == is_there
        assert f'value="{day}"' in listed.text
        assert f'value="{day}"' in found.text


def test_a_number_typed_into_another_field_of_a_search_is_in_no_address(client, town):
    body = {"q": "tran van thu", "tu": "001099012345"}
    page = client.sign_in(town.officer).post(SEARCH, body, follow=True)
    assert "001099012345" not in addresses(page)
