"""What holds for every page that citizens open: light, without script, kept by no cache."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned
from tests.portal.lookups import ask, open_page

PAGES = [
    "/",
    "/tra-cuu/",
    "/tiep-can/",
    "/huong-dan/",
    "/danh-gia/",
    "/danh-gia/cam-on/",
    "/thong-ke/",
]
BUDGET = 60 * 1024
# Which files of the font a Vietnamese page loads (unicode-range of css/fonts.css).
FONTS = re.compile(r"source-sans-3-(?:latin|vietnamese)-wght-normal\.woff2")


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return assigned(town)


def all_pages(client, dossier):
    yield from (client.get(path) for path in PAGES)
    yield client.get("/t/unknown/")
    yield client.get("/tra-cuu/kq/unknown/")
    yield ask(client, "")
    yield ask(client, dossier.code, "0000")
    yield open_page(client, dossier.code, dossier.second_factor)
    yield open_page(client, dossier.lookup_number)


def test_no_cache_and_no_search_engine_keeps_a_page(client, dossier):
    for page in all_pages(client, dossier):
        assert page["Cache-Control"] == "private, no-store"
        assert page["X-Robots-Tag"] == "noindex"
    answer = ask(client, dossier.lookup_number)
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "private, no-store"


def test_no_page_needs_javascript_or_asks_who_one_is(client, dossier):
    for page in all_pages(client, dossier):
        assert page.status_code != 302
        assert "<script" not in page.text
        assert "onclick" not in page.text
        assert "style=" not in page.text


def test_each_page_has_one_heading_and_says_where_help_is(client, dossier):
    for page in all_pages(client, dossier):
        assert page.text.count("<h1") == 1
        assert "1022" in page.text


def test_every_page_fits_in_60_kilobytes_all_in(client, dossier):
    for page in all_pages(client, dossier):
        assert len(page.content) + weight_of_parts(page.text) < BUDGET


def weight_of_parts(text):
    """Bytes of what the page loads: style sheets and pictures packed, fonts as they are."""
    total = 0
    for name in set(re.findall(rf'(?:href|src)="{settings.STATIC_URL}([^"]+)"', text)):
        data = Path(finders.find(name)).read_bytes()
        if name.endswith(".woff2"):
            continue
        total += len(gzip.compress(data))
        for font in set(FONTS.findall(data.decode())):
            total += Path(finders.find(f"fonts/{font}")).stat().st_size
    assert total > 20_000  # the fonts were found
    return total


def test_who_is_signed_in_goes_to_work(client, town):
    answer = client.sign_in(town.officer).get("/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("portal:my_work"))


def test_officials_may_look_up_as_everybody(client, town, dossier):
    assert open_page(client.sign_in(town.officer), dossier.lookup_number).status_code == 200


def test_the_home_page_leads_to_the_national_portal_and_the_procedures(client):
    page = client.get("/")
    assert 'href="https://dichvucong.gov.vn"' in page.text
    assert reverse("onestop:procedure_public_list") in page.text
    assert 'action="/tra-cuu/"' in page.text


@pytest.mark.parametrize("path", ["/", "/tiep-can/", "/huong-dan/", "/t/x/", "/tra-cuu/kq/x/"])
def test_only_the_look_up_takes_a_post(client, path):
    assert client.post(path).status_code == 405


def test_a_look_up_from_another_site_is_refused(province, dossier):
    from tests.conftest import HostClient

    strict = HostClient(province)
    strict.handler.enforce_csrf_checks = True
    assert ask(strict, dossier.lookup_number).status_code == 403


def test_a_faulty_number_is_not_told_to_miss_four_digits(client):
    page = ask(client, "12345678901")
    assert set(page.context["form"].errors) == {"code"}


def test_a_closed_dossier_does_not_say_where_a_result_will_be(client, province, town):
    from onestop.services import endings

    with tenant_scope(province):
        made = assigned(town)
        endings.stop(made.pk, actor=town.head, reason="Không đủ điều kiện")
    whole = open_page(client, made.lookup_number).context["dossier"].whole
    assert (whole.collect, whole.fee_owed_vnd, whole.missing) == ("", 0, ())
