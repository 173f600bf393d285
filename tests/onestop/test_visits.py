"""Turned away at the counter, corrected afterwards, printed again: over HTTP."""

import pytest

from audit.models import AuditEntry
from onestop.models import CounterVisit, Dossier, Phrase
from papers.models import PrintedForm
from papers.queries import form_with_token
from tenancy.scope import tenant_scope
from tests.onestop.counter import CODE, NUMBER, RECEIVE, filled_in, send, shown, with_papers
from tests.onestop.dossiers import make_dossier
from tests.people import make_person, make_unit

VISITS = "/ho-so/luot/"
SENTENCE = "Bản sao không rõ chữ; nộp bản sao khác."


@pytest.fixture
def counter(client, province, town):
    """The clerk's browser, with a procedure of two papers and one sentence in the library."""
    with tenant_scope(province):
        with_papers(town)
        Phrase.objects.create(use="supplement", text=SENTENCE)
    return client.sign_in(town.clerk)


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return make_dossier(town)


def missing(client, **changes):
    """The page as it comes back when papers are missing."""
    data = filled_in(client, act="missing")
    del data["paper-1-got"]
    return shown(send(client, {**data, **changes}))


# turned away


def test_the_letter_lists_the_required_papers_that_are_not_ticked(counter, province):
    again = missing(counter)
    assert again["away-items"] == "Đơn đề nghị"
    assert again["applicant-name"] == "Trần Văn Thử"
    with tenant_scope(province):
        assert not CounterVisit.objects.exists()


def test_papers_missing_make_form_02_and_no_dossier(counter, province):
    typed = {"act": "turn_supplement", "away-phrases": SENTENCE, "away-reason": "Đơn chưa ký."}
    response = send(counter, {**missing(counter), **typed})
    with tenant_scope(province):
        visit = CounterVisit.objects.get()
        assert (visit.items, visit.number) == (["Đơn đề nghị"], NUMBER)
        assert visit.reason == f"{SENTENCE}\nĐơn chưa ký."
        assert visit.form.form == "02"
        assert not Dossier.objects.exists()
        assert AuditEntry.objects.filter(action="visit.supplement").count() == 1
    assert response.url == f"{VISITS}{visit.pk}/"
    assert "Đơn đề nghị" in counter.get(response.url).content.decode()


def test_a_refusal_makes_form_03_also_without_a_number(counter, province):
    data = filled_in(counter, act="turn_refusal", **{"applicant-number": "",
                     "away-reason": "Không thuộc thẩm quyền."})  # fmt: skip
    response = send(counter, data)
    assert response.status_code == 302
    with tenant_scope(province):
        assert CounterVisit.objects.get().form.form == "03"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"away-reason": ""}, "away-reason"),
        ({"away-items": " ", "away-reason": "Đơn chưa ký."}, "away-items"),
        ({"applicant-name": "", "away-reason": "Đơn chưa ký."}, "applicant-name"),
    ],
)
def test_a_letter_without_its_parts_is_not_made(counter, province, changes, field):
    response = send(counter, {**missing(counter), "act": "turn_supplement", **changes})
    assert response.status_code == 422
    assert [fault["anchor"] for fault in response.context["page"].faults] == [f"id_{field}"]
    with tenant_scope(province):
        assert not CounterVisit.objects.exists()
        assert not PrintedForm.objects.exists()


def test_a_second_click_makes_no_second_letter(counter, province):
    data = filled_in(counter, act="turn_refusal", **{"away-reason": "Không thuộc thẩm quyền."})
    assert send(counter, data).status_code == 302
    assert send(counter, data).status_code == 409
    with tenant_scope(province):
        assert CounterVisit.objects.count() == 1
        assert [form.number for form in PrintedForm.objects.all()] == [1]


def test_the_list_shows_the_visits_of_the_own_counter_only(counter, client, province, town):
    data = filled_in(counter, act="turn_refusal", **{"away-reason": "Không thuộc thẩm quyền."})
    url = send(counter, data).url
    assert "Trần Văn Thử" in counter.get(VISITS).content.decode()
    assert "Trần Văn Thử" in counter.get(VISITS, {"q": NUMBER[:6]}).content.decode()
    assert "Trần Văn Thử" not in counter.get(VISITS, {"q": "Lê"}).content.decode()
    with tenant_scope(province):
        stranger = make_person("counter", make_unit("H32.06.01", "counter", town.other_agency))
    client.sign_in(stranger)
    assert "Trần Văn Thử" not in client.get(VISITS).content.decode()
    assert client.get(url).status_code == 404
    assert client.post(f"{url}in/").status_code == 404
    client.sign_in(town.officer)
    assert client.get(VISITS).status_code == 403


@pytest.mark.slow
def test_the_list_costs_the_same_for_one_visit_and_for_five(counter, django_assert_max_num_queries):
    def turn_away(number):
        reason = {"away-reason": f"Lý do {number}."}
        assert send(counter, filled_in(counter, act="turn_refusal", **reason)).status_code == 302

    turn_away(1)
    counter.get(VISITS)
    with django_assert_max_num_queries(100) as one:
        counter.get(VISITS)
    asked = len(one)
    for number in range(2, 6):
        turn_away(number)
    assert 5 <= asked <= 14
    with django_assert_max_num_queries(asked):
        counter.get(VISITS)


# printing


def slip(province, dossier):
    with tenant_scope(province):
        return PrintedForm.objects.of(dossier).last()


def print_url(dossier, form):
    return f"/ho-so/{dossier.code}/in/{form.pk}/"


def test_a_slip_is_printed_as_pdf_with_a_new_token_each_time(client, province, town, dossier):
    client.sign_in(town.clerk)
    digests = set()
    for times in (1, 2):
        response = client.post(print_url(dossier, slip(province, dossier)))
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
        assert response["Content-Length"] == str(len(response.content))
        form = slip(province, dossier)
        assert form.prints == times
        digests.add(form.token_digest)
    assert len(digests) == 2


def test_printing_changes_something_so_it_is_no_link(client, town, province, dossier):
    client.sign_in(town.clerk)
    assert client.get(print_url(dossier, slip(province, dossier))).status_code == 405


def test_who_may_print(client, other_client, other_town, province, town, dossier):
    url = print_url(dossier, slip(province, dossier))
    client.sign_in(town.overseer)
    assert client.post(url).status_code == 403
    client.sign_in(town.outsider)
    assert client.post(url).status_code == 404
    assert other_client.sign_in(other_town.clerk).post(url).status_code == 404
    assert slip(province, dossier).prints == 0
    client.sign_in(town.leader)
    assert client.post(url).status_code == 200


def test_a_paper_of_another_dossier_is_not_found_under_this_one(client, province, town, dossier):
    with tenant_scope(province):
        other = make_dossier(town)
    client.sign_in(town.clerk)
    assert client.post(print_url(dossier, slip(province, other))).status_code == 404


# correcting


def correction(client, dossier, **changes):
    page = client.get(f"/ho-so/{dossier.code}/sua/")
    assert page.status_code == 200
    return {**shown_of_correction(page), "reason": "Gõ nhầm tên", **changes}


def shown_of_correction(page):
    page.content = page.content.replace(b'class="reception"', b"data-reception", 1)
    return shown(page)


def test_a_mistake_is_corrected_and_the_slip_is_edition_2_of_its_number(
    client, province, town, dossier
):
    client.sign_in(town.clerk)
    first = slip(province, dossier)
    data = correction(client, dossier, **{"applicant-name": "Trần Văn Thứ"})
    response = client.post(f"/ho-so/{dossier.code}/sua/", data)
    assert response.url == f"/ho-so/{dossier.code}/da-nhan/"
    second = slip(province, dossier)
    assert (second.number, second.edition, second.replaces_id) == (first.number, 2, first.pk)
    assert second.data["applicant"]["name"] == "Trần Văn Thứ"
    page = client.get(response.url).content.decode()
    assert print_url(dossier, second) in page
    assert print_url(dossier, first) not in page
    assert client.post(print_url(dossier, first)).status_code == 409
    with tenant_scope(province):
        dossier.refresh_from_db()
        assert dossier.applicant_name == "Trần Văn Thứ"
        assert "tran van thu" in dossier.search_text
        assert form_with_token("x" * 27) is None


def test_the_page_of_a_correction_shows_what_was_written_down(client, town, dossier):
    client.sign_in(town.clerk)
    data = correction(client, dossier)
    assert data["applicant-name"] == "Trần Văn Thử"
    assert data["applicant-phone"] == "0900012345"
    assert data["came"] == "self"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"applicant-name": "Khác", "reason": ""}, 422),
        ({"applicant-name": ""}, 422),
        ({"came": "authorised"}, 422),
        ({}, 409),  # nothing was changed
    ],
)
def test_a_correction_needs_its_reason_and_a_change(
    client, province, town, dossier, changes, status
):
    client.sign_in(town.clerk)
    data = correction(client, dossier, **changes)
    assert client.post(f"/ho-so/{dossier.code}/sua/", data).status_code == status
    assert slip(province, dossier).edition == 1


def test_who_may_correct(client, other_client, other_town, town, dossier):
    url = f"/ho-so/{dossier.code}/sua/"
    for who, status in ((town.leader, 403), (town.overseer, 403), (town.outsider, 404)):
        client.sign_in(who)
        assert client.get(url).status_code == status
        assert client.post(url, {"reason": "x"}).status_code == status
    assert other_client.sign_in(other_town.clerk).get(url).status_code == 404


def test_the_page_after_the_reception_is_for_who_sees_the_dossier(
    client, other_client, other_town, town, dossier
):
    url = f"/ho-so/{dossier.code}/da-nhan/"
    client.sign_in(town.clerk)
    assert f"{RECEIVE}?thu-tuc={CODE}" in client.get(url).content.decode()
    client.sign_in(town.outsider)
    assert client.get(url).status_code == 404
    assert other_client.sign_in(other_town.clerk).get(url).status_code == 404
