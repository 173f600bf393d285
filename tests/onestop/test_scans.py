"""A scanner in a search box finds the dossier of a slip: by its QR code, its number, its code."""

import pytest
from django.urls import reverse

from papers.models import PrintedForm
from papers.services import print_form
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned

SEARCH, QUEUE = reverse("onestop:dossier_search"), reverse("onestop:dossier_list")


@pytest.fixture
def slip(province, town):
    with tenant_scope(province):
        dossier = assigned(town)
        printed = PrintedForm.objects.get(subject_id=dossier.pk)
        token = print_form(printed.pk, actor=town.clerk).token
        return dossier, f"https://h32.localhost/t/{token}/"


def detail(dossier):
    return reverse("onestop:dossier_detail", args=[dossier.code])


def test_the_qr_code_of_a_slip_opens_its_dossier_from_both_boxes(client, town, slip):
    dossier, address = slip
    client.sign_in(town.officer)
    assert client.post(SEARCH, {"q": address})["Location"] == detail(dossier)
    assert client.get(QUEUE, {"q": f"{address}\r"})["Location"] == detail(dossier)
    swapped = client.get(QUEUE, {"q": address}, HTTP_HX_REQUEST="true")
    assert swapped["HX-Redirect"] == detail(dossier)


def test_a_slip_of_others_or_an_older_print_is_refused_and_its_code_stays_nowhere(
    client, town, slip
):
    _dossier, address = slip
    client.sign_in(town.outsider)
    for scanned in (address, "https://h32.localhost/t/AAAAAAAAAAAAAAAAAAAAAA/"):
        page = client.post(SEARCH, {"q": scanned}, follow=True)
        assert "mã QR này" in page.text
        assert "/t/" not in f"{page.redirect_chain}{page.request['QUERY_STRING']}"
    kept = client.post(f"{reverse('onestop:view_save')}?q={address}", {"name": "x"}, follow=True)
    assert "/t/" not in kept.request["QUERY_STRING"]


def test_the_look_up_number_and_the_code_lead_straight_to_the_dossier(client, town, slip):
    dossier, _address = slip
    client.sign_in(town.officer)
    for scanned in (dossier.lookup_number, dossier.code):
        assert client.post(SEARCH, {"q": scanned}, follow=True).redirect_chain[-1][0] == detail(
            dossier
        )
    client.sign_in(town.outsider)
    page = client.post(SEARCH, {"q": dossier.lookup_number}, follow=True)
    assert dossier.code not in page.text
