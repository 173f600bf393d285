"""Answers of the server, and the numbers of the sender, without any server."""

import json

import pytest
from django.utils import timezone

from common.calls import quiet_after
from exchange.rules import answers
from exchange.rules.answers import Verdict, judge, read, words_for
from exchange.rulesets import NATIONAL, NationalRules
from exchange.services.claims import wait_after
from organizations.rulesets import RuleError, change_rules, rules


def answer(code="0", message="", **more):
    return read(json.dumps({"error_code": code, "message": message, **more}).encode())


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (answer("0", "Đồng bộ thành công"), Verdict.TAKEN),
        (answer("00"), Verdict.TAKEN),
        (answer(0), Verdict.TAKEN),
        (answer("3", "Hồ sơ A đã tồn tại"), Verdict.EXISTS),
        (answer("0", "Hồ sơ A ĐÃ TỒN TẠI"), Verdict.EXISTS),  # seen with code 0 too
        (answer("-1", "Hồ sơ không tồn tại"), Verdict.MISSING),
        (answer("-1", "Thiếu TenTTHC"), Verdict.REFUSED),
        (answer(None, ""), Verdict.REFUSED),
    ],
)
def test_an_answer_about_one_dossier(found, verdict):
    assert judge(found, "A", ["A"]) is verdict


def test_vietnamese_in_the_other_normal_form_is_read_too():
    import unicodedata

    assert judge(answer("3", unicodedata.normalize("NFD", "đã tồn tại")), "A", ["A"]) is (
        Verdict.EXISTS
    )


def test_an_answer_about_a_batch():
    rows = [{"MaHoSo": "A", "error_code": "-1", "message": "Sai"}]
    some = answer("0", "", result=rows)
    assert judge(some, "A", ["A", "B"]) is Verdict.REFUSED
    assert judge(some, "B", ["A", "B"]) is Verdict.TAKEN
    whole = answer("-1", "Sai", data=rows)
    assert judge(whole, "B", ["A", "B"]) is Verdict.UNSAID
    assert judge(answer("-1", "Sai"), "A", ["A", "B"]) is Verdict.UNSAID
    assert (words_for(some, "A"), words_for(answer("-7"), "A")) == ("Sai", "error_code -7")


@pytest.mark.parametrize(
    "text", [b"", b"<html>", b"[]", b"null", b'{"message": "x"}', b"\xff\xfe", b"[" * 100_000]
)
def test_what_is_no_answer_is_not_read(text):
    with pytest.raises(answers.Unreadable):
        read(text)


def test_strange_parts_of_an_answer_do_no_harm():
    odd = answer("-1", "a\0b" + "x" * 5000, result=[1, None, {"MaHoSo": "A"}, {"error_code": "0"}])
    assert odd.single == {}
    assert len(odd.words) == 1000
    assert "\0" not in odd.words
    assert answer("0", {"a": 1}, result="x").is_good


def test_only_words_about_the_session_end_it():
    assert answer("-2", "Phiên làm việc hết hạn").is_signed_out
    assert not answer("-1", "Phiên bản dữ liệu không đúng").is_signed_out
    assert not answer("0", "session").is_signed_out


def test_waits_grow_and_have_an_end():
    assert [wait_after(n).total_seconds() for n in (1, 2, 3)] == [30, 60, 120]
    assert wait_after(32_000).total_seconds() == 3600
    assert quiet_after(32_000).total_seconds() == 600


@pytest.mark.parametrize(
    "values", [{"batch_size": 0}, {"batch_size": 11}, {"connect_seconds": 0}, {"read_seconds": 31}]
)
def test_numbers_that_would_stop_the_sender_or_outlive_a_claim_are_refused(scope, town, values):
    facts = {"actor": town.editor, "valid_from": timezone.localdate(), "source": "x"}
    with pytest.raises(RuleError):
        change_rules("national", values=values, **facts)
    change_rules("national", values={"batch_size": 3}, **facts)
    assert rules(NATIONAL, timezone.localdate()) == NationalRules(batch_size=3)
