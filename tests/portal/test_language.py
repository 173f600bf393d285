"""A visitor chooses the language of the pages; who is signed in has it in the account."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from tenancy.scope import tenant_scope

COOKIE = settings.LANGUAGE_COOKIE_NAME
URL = "/ngon-ngu/"


def test_a_visitor_switches_and_stays_on_the_page(client):
    page = client.get("/huong-dan/?code=H32.05-261122-0001")
    form = re.search(r'<form class="language".*?</form>', page.text, re.DOTALL)[0]
    assert "English" in form
    assert 'name="next" value="/huong-dan/"' in form
    answer = client.post(URL, {"language": "en", "next": "/huong-dan/"})
    assert (answer.status_code, answer["Location"]) == (302, "/huong-dan/")
    page = client.get("/huong-dan/")
    assert 'lang="en"' in page.text
    assert "Tiếng Việt" in page.text
    client.post(URL, {"language": "vi", "next": "/"})
    assert '<html lang="vi">' in client.get("/").text


def test_a_page_that_a_cache_may_keep_holds_a_link_instead_of_a_token(client):
    page = client.get("/thu-tuc/?q=a b")
    assert "csrfmiddlewaretoken" not in page.text
    assert not page.cookies
    assert "Cookie" in page["Vary"]
    link = re.search(r'class="language"><a href="([^"]+)"', page.text)[1]
    assert link == f"{URL}?next=%2Fthu-tuc%2F%3Fq%3Da%2520b"
    choice = client.get(link.replace("&amp;", "&"))
    assert 'name="next" value="/thu-tuc/?q=a%20b"' in choice.text
    assert (
        '<button class="btn" name="language" value="en" lang="en">English</button>' in choice.text
    )


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:1", ""])
def test_the_choice_sends_nobody_elsewhere(client, elsewhere):
    answer = client.post(URL, {"language": "en", "next": elsewhere})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("language", ["fr", "", "vi-VN"])
def test_an_unknown_language_is_not_kept(client, language):
    answer = client.post(URL, {"language": language, "next": "/"})
    assert answer.status_code == 200
    assert COOKIE not in answer.cookies


def test_the_choice_of_an_account_wins(client, province, officer):
    with tenant_scope(province):
        officer.language = "vi"
        officer.save(update_fields=["language"])
    client.sign_in(officer)
    client.cookies[COOKIE] = "en"
    answer = client.post(URL, {"language": "en", "next": "/viec/"})
    assert answer["Location"] == reverse("organizations:profile")
    assert answer.cookies[COOKIE].value == "vi"
    page = client.get("/huong-dan/")
    assert 'class="language"' not in page.text
