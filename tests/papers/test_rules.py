"""Codes, look-up numbers, tokens, and which circular holds."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers import rules, wording

DAY = dt.date(2026, 3, 2)
TOKEN = re.compile(r"[A-Za-z0-9_-]{27}")  # 160 bits, base64url


def test_a_dossier_code_is_unit_day_and_counter():
    assert rules.dossier_code("H32.10", DAY, 7) == "H32.10-260302-0007"


def test_a_dossier_code_widens_past_9999_and_is_still_one():
    code = rules.dossier_code("H32.10", DAY, 12345)
    assert code == "H32.10-260302-12345"
    assert rules.is_dossier_code(code)


def test_the_counter_of_the_day_starts_at_one():
    with pytest.raises(ValueError, match="starts at 1"):
        rules.dossier_code("H32.10", DAY, 0)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("H32.10-260302-0007", True),
        ("H32-260302-0007", True),
        ("H32.10.05.A1-260302-00000007", True),
        ("000.12.33.H32-190302-0007", True),  # the order of before QĐ 20/2020
        ("H32.10-260302-007", False),
        ("h32.10-260302-0007", False),
        ("H32.10-260302-0007 ", False),
        ("H32.10-260302-0007\n", False),
        ("", False),
    ],
)
def test_codes_of_both_orders_are_recognised_and_nothing_else(text, good):
    assert rules.is_dossier_code(text) is good


def test_the_check_digit_is_that_of_luhn():
    assert rules.luhn_digit("7992739871") == "3"  # the example of the standard's literature
    assert rules.is_lookup_number("79927398713")


@given(st.integers(0, 10**10 - 1), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number, place, shift):
    digits = f"{number:010d}"
    good = digits + rules.luhn_digit(digits)
    assert rules.is_lookup_number(good)
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    assert not rules.is_lookup_number(wrong)


def test_a_new_lookup_number_passes_its_own_check_and_is_random():
    drawn = {rules.new_lookup_number() for _ in range(2000)}
    assert len(drawn) > 1990
    assert all(rules.is_lookup_number(number) for number in drawn)
    assert {number[0] for number in drawn} == set("0123456789")


@pytest.mark.parametrize(
    "text", ["", "1234567890", "123 4567 8903", "１２３４５６７８９０３", "79927398713\n"]
)
def test_only_eleven_plain_digits_are_a_lookup_number(text):
    assert not rules.is_lookup_number(text)


def test_a_token_is_random_long_and_safe_in_an_address():
    tokens = {rules.new_token() for _ in range(500)}
    assert len(tokens) == 500
    assert all(TOKEN.fullmatch(token) for token in tokens)
    assert len(rules.new_token()) * 6 >= 128


def test_a_derived_token_depends_on_secret_code_and_nonce():
    token = rules.token_for("H32.10-260302-0007", "1", secret="a")
    assert token == rules.token_for("H32.10-260302-0007", "1", secret="a")
    assert TOKEN.fullmatch(token)
    others = {
        rules.token_for("H32.10-260302-0007", "2", secret="a"),
        rules.token_for("H32.10-260302-0008", "1", secret="a"),
        rules.token_for("H32.10-260302-0007", "1", secret="b"),
    }
    assert len(others | {token}) == 4


def test_what_is_stored_of_a_token_does_not_tell_it():
    token = rules.new_token()
    assert re.fullmatch("[0-9a-f]{64}", rules.token_digest(token))
    assert token not in rules.token_digest(token)


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (dt.date(2018, 1, 1), "TT01/2018"),
        (dt.date(2025, 9, 14), "TT01/2018"),
        (dt.date(2025, 9, 15), "TT03/2025"),
        (dt.date(2026, 11, 1), "TT03/2025"),
    ],
)
def test_the_circular_of_the_day_decides_the_form(day, key):
    assert wording.shipped_on("01", day).key == key


@pytest.mark.parametrize("key", ["TT01/2018", "TT03/2025"])
def test_each_form_has_a_symbol_of_its_own(key):
    numbers = [
        wording.shipped_named(form, key).words.number
        for form in ("01", "02", "03", "04", "05", "06")
    ]
    assert len(set(numbers)) == 6
    words = wording.shipped_named("02", key).words
    told = wording.number_words(words, number=7, year=2026, office_symbol="TTPVHCC")
    assert told == "07/PBS-TTPVHCC"
