"""Papers of several dossiers as one PDF, in the order of the list, and why some are left out."""

import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from audit.models import AuditEntry
from onestop.rules.batches import BATCHES
from organizations.rulesets import as_data, change_rules, rules
from papers.models import Counter, PrintedForm
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned, make_dossier
from tests.papers.test_forms import squeezed

URL = "/ho-so/in-hang-loat/"


@pytest.fixture
def three(province, town):
    with tenant_scope(province):
        return [make_dossier(town) for _turn in range(3)]


def asked(browser, dossiers, **data):
    picks = [f"{dossier.pk}:{dossier.step_id}" for dossier in dossiers]
    return browser.post(URL, {"picks": picks, **data})


def pages(response):
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(response.content))
    return [squeezed(page.extract_text()) for page in reader.pages]


def test_receipts_come_in_the_order_of_the_list_each_on_its_page(client, three, town):
    browser = client.sign_in(town.clerk)
    assert asked(browser, three).status_code == 200
    order = [three[2], three[0], three[1]]
    found = pages(asked(browser, order, paper="receipt", confirmed="1"))
    assert len(found) == 3
    for page, dossier in zip(found, order, strict=True):
        assert squeezed(dossier.code) in page


def test_the_look_says_what_cannot_be_printed_and_why_and_changes_nothing(
    client, province, three, town
):
    browser = client.sign_in(town.clerk)
    with tenant_scope(province):
        PrintedForm.objects.of(three[1]).update(
            voided_at=timezone.now(), voided_by=town.clerk, void_reason="Nhầm"
        )
        before = list(PrintedForm.objects.order_by("pk").values_list("prints", "token_digest"))
    look = asked(browser, three, paper="receipt")
    assert [row["code"] for row in look.context["good"]] == [three[0].code, three[2].code]
    assert [row["code"] for row in look.context["refused"]] == [three[1].code]
    assert "không có Giấy tiếp nhận" in look.content.decode()
    with tenant_scope(province):
        after = list(PrintedForm.objects.order_by("pk").values_list("prints", "token_digest"))
    assert before == after
    found = pages(asked(browser, three, paper="receipt", confirmed="1"))
    assert len(found) == 2


def test_control_sheets_get_their_number_only_when_they_are_printed(client, province, town):
    with tenant_scope(province):
        dossiers = [assigned(town) for _turn in range(2)]
    browser = client.sign_in(town.officer)
    look = asked(browser, dossiers, paper="control")
    assert len(look.context["good"]) == 2
    with tenant_scope(province):
        assert not PrintedForm.objects.filter(form="06").exists()
        assert not Counter.objects.filter(series="form:06").exists()
    found = pages(asked(browser, dossiers, paper="control", confirmed="1"))
    for page, dossier in zip(found, dossiers, strict=True):
        assert squeezed(dossier.code) in page


def test_results_that_were_not_written_here_are_told(client, three, town):
    look = asked(client.sign_in(town.clerk), three, paper="result")
    assert len(look.context["refused"]) == 3
    assert look.context["volumes"] == []


@pytest.mark.slow
def test_long_batches_come_in_volumes_and_the_limit_is_a_dated_setting(
    client, province, three, town
):
    with tenant_scope(province):
        values = as_data(rules(BATCHES, timezone.localdate())) | {"print_volume": 2, "bulk_most": 3}
        change_rules(
            "batches", actor=town.editor, valid_from=timezone.localdate(), values=values,
            source="thử",
        )  # fmt: skip
        three.append(make_dossier(town))
    browser = client.sign_in(town.clerk)
    look = asked(browser, three, paper="receipt")
    assert [len(volume) for volume in look.context["volumes"]] == [2, 1]
    assert look.context["most"] == 3
    assert len(pages(asked(browser, three, paper="receipt", confirmed="1"))) == 2
    bulk = browser.post(
        "/ho-so/hang-loat/",
        {"act": "take_over", "picks": [f"{d.pk}:{d.step_id}" for d in three]},
    )
    assert bulk.context["most"] == 3


def test_who_may_not_work_on_a_dossier_prints_none_of_its_papers(client, province, three, town):
    assert asked(client.sign_in(town.overseer), three, paper="receipt").status_code == 403
    answer = asked(client.sign_in(town.outsider), three, paper="receipt", confirmed="1")
    assert answer.status_code == 302
    with tenant_scope(province):
        assert not AuditEntry.objects.filter(action="paper.printed").exists()
