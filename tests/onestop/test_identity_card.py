"""What a scanner types from the QR of a card, and what counts as a number."""

import datetime as dt
import unicodedata
from dataclasses import replace

import pytest

from onestop.rules.identity_card import CardRules, UnreadableError, check_number, check_phone, read

QR = "999012345678|999888777|Trần Văn Thử|07031985|Nam|12 Trần Phú, Nha Trang|01052022"


def test_the_card_gives_number_name_birth_and_address():
    card = read(QR)
    assert (card.number, card.name) == ("999012345678", "Trần Văn Thử")
    assert card.born_on == dt.date(1985, 3, 7)
    assert card.address == "12 Trần Phú, Nha Trang"


def test_letters_typed_in_parts_and_fields_after_the_seventh_change_nothing():
    assert read(unicodedata.normalize("NFD", QR) + "|x|y|z\r\n") == read(QR)


def test_a_card_without_old_number_and_with_a_year_of_birth_only_is_read():
    card = read("999012345678||Lê  Thị  Thu|1950|Nữ||")
    assert (card.name, card.born_on, card.address) == ("Lê Thị Thu", None, "")


@pytest.mark.parametrize(
    "text",
    ["", "xin chào", "https://vi-du.example/t/abc", "12345|x|Trần Văn Thử", "999012345678||"],
)
def test_any_other_code_is_refused(text):
    with pytest.raises(UnreadableError):
        read(text)


def test_another_order_of_the_fields_is_only_another_setting():
    rules = replace(CardRules(), separator=";", fields=("name", "number", "born_on"))
    card = read("Trần Văn Thử;999012345678;07031985", rules)
    assert (card.number, card.born_on) == ("999012345678", dt.date(1985, 3, 7))


@pytest.mark.parametrize(
    ("text", "kind", "stored", "valid", "unusual"),
    [
        ("999 012 345 678", "citizen", "999012345678", True, False),
        ("225123456", "citizen", "225123456", True, True),
        ("c1234567", "citizen", "C1234567", True, True),
        ("12345", "citizen", "12345", False, False),
        ("9990123456789", "citizen", "9990123456789", False, False),
        ("0101234567", "enterprise", "0101234567", True, False),
        ("0101234567-001", "enterprise", "0101234567001", True, False),
        ("010123456", "enterprise", "010123456", False, False),
        ("H32.05", "agency", "H32.05", True, False),
        ("x", "other", "X", False, False),
    ],
)
def test_numbers_by_kind(text, kind, stored, valid, unusual):
    number = check_number(text, kind)
    assert (number.text, number.is_valid, number.is_unusual) == (stored, valid, unusual)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("0900 012 345", "0900012345"),
        ("+84 900 012 345", "0900012345"),
        ("0258.3822.123", "02583822123"),
        ("900012345", None),
        ("0900-abc-123", None),
    ],
)
def test_phones(text, stored):
    assert check_phone(text) == stored
