"""A flood at a closed level is answered from memory, and in the words of the view."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import limits
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier
from tests.portal.lookups import (
    DIGITS,
    LOOKUP,
    ask,
    bare,
    set_rules,
    with_check_digit,
    wrong_number,
)

CODE = "H32.05-261102-0001"


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return make_dossier(town)


@pytest.fixture
def few_numbers(province):
    """Three wrong look-up numbers in all, whoever sends them."""
    with tenant_scope(province):
        set_rules(wrong_numbers_in_all=3)


def headers_of(response):
    """Without the seconds, which pass."""
    return {name: value for name, value in response.headers.items() if name != "Retry-After"}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("is_number", [True, False])
def test_a_flood_is_answered_from_memory_as_by_the_view(client, dossier, language, is_number):
    with tenant_scope(client.province):
        set_rules(wrong_in_all=1, wrong_numbers_in_all=1)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    codes = [with_check_digit(77) if is_number else CODE, dossier.lookup_number, dossier.code]
    for code in codes[:2]:
        ask(client, code, "0000")
    code = codes[1] if is_number else codes[2]
    limits.forget_closed()
    form = {"code": code, "digits": DIGITS, "csrfmiddlewaretoken": "a" * 64}
    of_the_view = client.post(LOOKUP, form, REMOTE_ADDR="192.0.2.9")
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(LOOKUP, form, REMOTE_ADDR="192.0.2.8")
    assert len(asked) == 0
    assert of_the_view.status_code == answer.status_code == 429
    assert bare(answer) == bare(of_the_view)
    assert answer.text.count('value="' + "a" * 64) == 2  # his form, and the one of the language
    assert answer.text.count(code) == 1
    assert headers_of(answer) == headers_of(of_the_view)
    assert 3500 < int(answer["Retry-After"]) <= 3600


def test_what_is_typed_into_a_closed_level_stays_text(client, few_numbers):
    for number in range(4):
        wrong_number(client, number)
    hostile = {"code": with_check_digit(9), "digits": '"><script>', "csrfmiddlewaretoken": "'<b>"}
    answer = client.post(LOOKUP, hostile)
    assert answer.status_code == 429
    assert "<script>" not in answer.text
    assert "<b>" not in answer.text
    assert "&quot;&gt;&lt;script&gt;" in answer.text


def test_memory_of_a_closed_level_stops_nothing_else(client, other_client, dossier, few_numbers):
    for number in range(4):
        wrong_number(client, number)
    assert wrong_number(client, 9).status_code == 429
    assert ask(client, dossier.code, DIGITS).status_code == 302
    assert ask(client, "neither", DIGITS).status_code == 422
    assert client.get(LOOKUP).status_code == 200
    assert ask(other_client, with_check_digit(9)).status_code == 422
