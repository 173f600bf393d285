"""Lines that no visitor can forge and that name nobody (security risk 45)."""

import json
import logging

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.utils.module_loading import import_string

from govit.logs import JsonFormatter, masked
from tenancy.scope import tenant_scope
from tests.people import make_person


def line(message, *args, name="govit.test", error=None, **extra):
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "x.py", 1, message, args, info)
    record.__dict__.update(extra)
    return JsonFormatter().format(record)


def caught(act):
    try:
        act()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    "payload", ["a\nERROR forged", "a\r\nb", "\x1b[31mred\x1b[0m", "a\u2028b", "a\x00b", "\x85"]
)
def test_nothing_begins_a_new_line_or_colours_the_terminal(payload):
    written = line("search for %s", payload)
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written)["message"].startswith("search for")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail to an.nguyen@vi-du.example failed", "mail to [mail] failed"),
        ("card 056090001234 refused", "card [number] refused"),
        ("call 0900 012 345", "call [number]"),
        ("call +84900012345", "call [number]"),
        ("dossier 12 in 340 ms", "dossier 12 in 340 ms"),
        ("due 2026-03-02 08:00:00+07:00", "due 2026-03-02 08:00:00+07:00"),
    ],
)
def test_addresses_and_long_numbers_are_masked(text, expected):
    assert masked(text) == expected


def test_an_exception_is_named_by_class_and_place_and_not_by_its_words():
    def fail():
        raise ValueError("Nguyễn Văn An, sinh 1990")

    error = caught(fail)
    written = json.loads(line("failed", error=error))
    assert written["exception"]["type"] == "ValueError"
    assert any("test_logs.py" in place for place in written["exception"]["where"])
    assert "Nguy" not in json.dumps(written, ensure_ascii=False)


def test_a_mistake_in_the_code_keeps_its_words():
    error = caught(lambda: object().nothing)
    assert "nothing" in json.loads(line("failed", error=error))["exception"]["message"]


def test_a_duplicate_key_is_named_by_its_constraint_only(province):
    def twice():
        with tenant_scope(province):
            make_person(username="nguyen.van.an")
            make_person(username="nguyen.van.an")

    error = caught(twice)
    assert isinstance(error, IntegrityError)
    written = json.loads(line("failed", error=error))
    assert written["exception"]["constraint"] == "user_name_once"
    assert "nguyen" not in json.dumps(written)


def test_the_line_of_a_failed_task_holds_neither_arguments_nor_words():
    data = {"name": "audit.tasks.seal", "description": "raised unexpected", "args": "(1, 'An')"}
    written = line("Task %(name)s %(args)s: An", data, name="celery.app.trace", data=data)
    assert json.loads(written)["message"] == "task audit.tasks.seal raised unexpected"


def test_the_province_is_in_the_line(province):
    with tenant_scope(province):
        assert json.loads(line("x"))["province"] == province.pk
    assert "province" not in json.loads(line("x"))


def test_every_handler_of_the_portal_writes_this_form():
    for handler in settings.LOGGING["handlers"].values():
        formatter = settings.LOGGING["formatters"][handler["formatter"]]
        assert import_string(formatter["()"]) is JsonFormatter
