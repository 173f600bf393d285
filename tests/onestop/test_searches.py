"""A search by a person's number: the number stands in no address, and the search leaves a note."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from audit.models import AccessNote
from onestop.models import Dossier
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import APPLICANT, assigned
from tests.onestop.test_visits import VISITS

SEARCH = "/tim/"
SPACED = f"{APPLICANT.number[:3]} {APPLICANT.number[3:6]} {APPLICANT.number[6:]}"


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return assigned(town)


def addresses(answer) -> str:
    """Where the browser was sent, and every link of the page it arrived at."""
    return f"{answer.redirect_chain} {answer.request['QUERY_STRING']} " + "".join(
        part.split('"')[0] for part in answer.text.split('href="')[1:]
    )


@pytest.mark.parametrize("number", [APPLICANT.number, SPACED, "0900 012 345"])
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


@pytest.mark.parametrize("words", ["H32.05-260302-0007", "nguyễn văn an", "1.004194"])
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
        note = AccessNote.objects.get(kind="dossiers.exported")
        assert note.data["rows"] == Dossier.objects.count() == 1


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
