"""The own online form: closed since 01/07/2025; where it is open: one page, one dossier."""

import datetime as dt
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import OutboxEvent
from files.models import StoredFile
from onestop.models import Dossier, DossierFile, ProcedureChannel, ProcedureComponent
from onestop.states import Status
from organizations.models import RuleSet
from organizations.rulesets import rules
from portal.consumers import tell_administrators
from portal.rules import SUBMISSION
from tenancy.scope import tenant_scope
from tests.files import corpus
from tests.onestop.catalogue_rows import make_procedure

URL = "/thu-tuc/1.000001/nop/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def open_form(province, **values):
    with tenant_scope(province):
        RuleSet.objects.create(
            kind="submission", valid_from=dt.date(2026, 1, 1), source="test",
            values={"own_online_submission": True, **values},
        )  # fmt: skip


@pytest.fixture
def papers(province, town):
    """A procedure that is received online: one paper that is needed, one that is not."""
    with tenant_scope(province):
        version = make_procedure(units=[town.agency]).current_version
        ProcedureChannel.objects.create(
            version=version, channel=2, limit_amount=5, limit_unit="working_days", fee_vnd=20_000
        )
        version.components.all().delete()
        return [
            ProcedureComponent.objects.create(
                version=version, order=order, name=name, is_required=order == 1
            ).pk
            for order, name in enumerate(("Tờ khai", "Bản sao"), 1)
        ]


def filled(client, papers, **changes):
    page = client.get(URL)
    data = {
        "key": page.context["form"]["key"].value(), "unit": page.context["form"]["unit"].value(),
        "kind": "citizen", "number": "999012345678", "name": "Trần Thị Thử", "phone": "0900000001",
        f"paper-{papers[0]}": SimpleUploadedFile("to-khai.png", corpus.image()),
    }  # fmt: skip
    return {**data, **changes}


def test_the_law_opens_it_until_the_middle_of_2025_and_closes_it_then(scope):
    assert rules(SUBMISSION, dt.date(2025, 6, 30)).own_online_submission
    assert not rules(SUBMISSION, dt.date(2025, 7, 1)).own_online_submission


def test_today_the_page_explains_and_leads_to_the_national_portal(client, province, papers):
    page = client.get(URL)
    assert (page.status_code, "https://dichvucong.gov.vn" in page.text) == (200, True)
    assert client.post(URL, {"name": "x"}).status_code == 410
    with tenant_scope(province):
        assert not Dossier.objects.exists()


def test_today_the_page_of_a_procedure_leads_to_the_national_portal_at_once(
    client, province, papers
):
    button = '<a class="button" href="https://dichvucong.gov.vn"'
    closed = client.get("/thu-tuc/1.000001/").text
    assert (URL in closed, button in closed) == (False, True)
    open_form(province)
    opened = client.get("/thu-tuc/1.000001/").text
    assert (URL in opened, button in opened) == (True, False)


def test_a_citizen_submits_and_reads_code_and_number(client, province, town, papers):
    open_form(province)
    assert URL in client.get("/thu-tuc/1.000001/").text
    answer = client.post(URL, filled(client, papers))
    assert answer.status_code == 302
    shown = client.get(answer["Location"]).text
    with tenant_scope(province):
        dossier = Dossier.objects.get()
        assert dossier.code in shown
        assert (dossier.status, dossier.accepted_at, dossier.fee_due_vnd) == (
            Status.NEW, None, 20_000
        )  # fmt: skip
        assert dossier.receiving_unit_id == town.counter_unit.pk
        (row,) = DossierFile.objects.select_related("stored", "paper")
        assert (row.paper.name, row.stored.name, row.added_by) == ("Tờ khai", "to-khai.png", None)
        assert row.stored.claimed_at is not None
    assert "Trần Thị Thử" not in shown
    assert client.get("/nop-ho-so/xong/x/").status_code == 404


def test_the_same_page_sent_twice_is_one_dossier(client, province, papers):
    open_form(province)
    key = filled(client, papers)["key"]
    places = {client.post(URL, filled(client, papers, key=key)).status_code for _n in range(2)}
    assert places == {302}
    with tenant_scope(province):
        assert Dossier.objects.count() == 1
        assert DossierFile.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"name": "Lê Văn Khác", "number": "999012345679"}, {"phone": "0900000002"},
     {"born_on": "01/02/1990"}, {"file": 7}],
    ids=str,
)  # fmt: skip
def test_a_restored_page_with_something_else_in_it_is_another_dossier(
    client, province, papers, changes
):
    """A browser brings back the page with its key: for a correction, or for the next person."""
    open_form(province)
    first = filled(client, papers)
    one = client.post(URL, first)
    first[f"paper-{papers[0]}"].seek(0)
    size = changes.pop("file", None)
    if size:
        changes[f"paper-{papers[0]}"] = SimpleUploadedFile("x.png", corpus.image(size=(size, size)))
    two = client.post(URL, {**first, **changes})
    assert (one.status_code, two.status_code) == (302, 302)
    shown = client.get(two["Location"]).context["code"]
    with tenant_scope(province):
        codes = list(Dossier.objects.order_by("pk").values_list("code", flat=True))
        assert (len(codes), shown) == (2, codes[1])


BAD = [{"name": ""}, {"number": "12"}, {"number": ""}, {"unit": "999999"}, {"kind": "x"},
       {"phone": "abc"}, {"key": ""}]  # fmt: skip


@pytest.mark.parametrize("changes", BAD, ids=str)
def test_a_faulty_page_is_shown_again_and_keeps_nothing(client, province, papers, changes):
    open_form(province)
    assert client.post(URL, filled(client, papers, **changes)).status_code == 422
    with tenant_scope(province):
        assert not Dossier.objects.exists()
        assert not StoredFile.objects.exists()


@pytest.mark.parametrize("content", [b"MZ no picture", b"", None])
def test_a_file_that_is_none_or_missing_is_said_at_its_paper(client, province, papers, content):
    open_form(province)
    name = f"paper-{papers[0]}"
    data = filled(client, papers)
    data.pop(name)
    if content is not None:
        data[name] = SimpleUploadedFile("to-khai.png", content)
    answer = client.post(URL, data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [name])
    with tenant_scope(province):
        assert not StoredFile.objects.exists()


def test_one_address_sends_only_so_many_in_an_hour(client, province, papers):
    open_form(province, submissions_per_address=2)
    send = lambda **extra: client.post(URL, filled(client, papers), **extra)  # noqa: E731
    assert [send().status_code for _n in range(3)] == [302, 302, 429]
    assert send(REMOTE_ADDR="192.0.2.77").status_code == 302
    with tenant_scope(province):
        assert Dossier.objects.count() == 3


def test_faulty_attempts_count_too_and_what_is_over_is_not_looked_at(client, province, papers):
    open_form(province, submissions_per_address=2)
    faulty = filled(client, papers, name="")
    assert [client.post(URL, faulty).status_code for _n in range(3)] == [422, 422, 429]
    with mock.patch("portal.views.submission.SubmissionForm") as form:
        assert client.post(URL, faulty).status_code == 429
    form.assert_not_called()


def test_all_addresses_together_send_only_so_many_in_an_hour(client, province, papers):
    open_form(province, submissions_in_all=2)
    send = lambda end: client.post(  # noqa: E731
        URL, filled(client, papers), REMOTE_ADDR=f"192.0.2.{end}"
    )
    assert [send(end).status_code for end in (1, 2, 3)] == [302, 302, 429]
    with tenant_scope(province):
        event = OutboxEvent.objects.get(action="lookup.closed")
        tell_administrators(event)  # there is a sentence for it


def test_faulty_attempts_of_strangers_do_not_close_the_form_for_everybody(client, province, papers):
    open_form(province, submissions_in_all=2)
    faulty = filled(client, papers, name="")
    for end in range(1, 5):
        assert client.post(URL, faulty, REMOTE_ADDR=f"192.0.2.{end}").status_code == 422
    good = filled(client, papers)
    assert client.post(URL, good, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_files_of_a_faulty_page_are_not_looked_at(client, province, papers):
    open_form(province)
    data = filled(client, papers, name="")
    with mock.patch("portal.submission.check") as check:
        assert client.post(URL, data).status_code == 422
    check.assert_not_called()


def test_one_page_brings_only_so_many_files(client, province, papers, monkeypatch):
    monkeypatch.setattr("portal.submission.MOST_IN_FORM", 3)
    open_form(province)
    for more, status in ((1, 302), (2, 422)):
        data = filled(client, papers)
        for number, paper in enumerate(papers):
            data[f"paper-{paper}"] = [
                SimpleUploadedFile(f"{n}.png", corpus.image()) for n in range(2 if number else more)
            ]
        assert client.post(URL, data).status_code == status
    with tenant_scope(province):
        assert DossierFile.objects.count() == 3


def test_what_is_not_received_online_has_no_form(client, province, town):
    with tenant_scope(province):
        make_procedure(units=[town.agency])
    open_form(province)
    assert client.get(URL).status_code == 404
    assert URL not in client.get("/thu-tuc/1.000001/").text
