"""What tests/plugins/inspected.py remembers, and what it does not."""

import io

import pytest

from files import checks
from files.checks import FileRefused, Limits, check
from tests.files import corpus
from tests.plugins.inspected import asks_the_child, remembering

PDF = checks.KINDS["pdf"]


def test_the_same_bytes_are_asked_for_once_and_others_or_other_limits_anew():
    asked = []

    def child(kind, stream, limits):
        asked.append((kind.key, stream.seek(0) or stream.read(), limits))
        return "" if b"good" in asked[-1][1] else "script"

    inspect, strict = remembering(child), Limits(seconds=1)
    for _ in range(2):
        assert inspect(PDF, io.BytesIO(b"good"), Limits()) == ""
        assert inspect(PDF, io.BytesIO(b"bad"), Limits()) == "script"
        assert inspect(PDF, io.BytesIO(b"good"), strict) == ""
        assert inspect(checks.KINDS["png"], io.BytesIO(b"good"), Limits()) == ""
    assert len(asked) == len(set(asked)) == 4


def test_a_child_that_had_too_little_time_is_asked_again():
    answers = iter(["heavy", "", "never asked"])
    inspect = remembering(lambda kind, stream, limits: next(answers))
    assert [inspect(PDF, io.BytesIO(b"a"), Limits()) for _ in range(3)] == ["heavy", "", ""]


def test_a_remembered_sample_lets_no_other_file_in(monkeypatch):
    monkeypatch.setattr(checks, "_inspect", remembering(asks_the_child))
    for _ in range(2):
        assert check("a.pdf", io.BytesIO(corpus.pdf())).size
        with pytest.raises(FileRefused):
            check("a.pdf", io.BytesIO(corpus.pdf_with_action(S="/JavaScript", JS="1")))


def test_here_the_child_is_asked_each_time():
    assert checks._inspect is asks_the_child
