"""What the tests of the public look-up share."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations.models import RuleSet
from papers.rules import luhn_digit

LOOKUP = "/tra-cuu/"
DIGITS = "5678"  # of tests.onestop.dossiers.APPLICANT
_CONTROL = re.compile(
    r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET |SELECT set_config)", re.IGNORECASE
)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def ask(client, code, digits="", address="192.0.2.1", **extra):
    return client.post(LOOKUP, {"code": code, "digits": digits}, REMOTE_ADDR=address, **extra)


def open_page(client, code, digits="", **extra):
    """Look up and follow to the page."""
    answer = ask(client, code, digits, **extra)
    assert answer.status_code == 302, answer.text
    return client.get(answer["Location"])


def bare(response, *typed):
    """The page without what differs by nature: CSRF mask and what was typed."""
    text = _TOKEN.sub("", response.text)
    for words in typed:
        text = text.replace(words, "…")
    return text


class Statements(CaptureQueriesContext):
    """The statements of a request, without transaction control and set_config."""

    def __init__(self):
        super().__init__(connection)

    @property
    def real(self):
        found = [query["sql"] for query in self.captured_queries]
        return [sql for sql in found if not _CONTROL.match(sql)]


def an_address(number):
    return f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"


def with_check_digit(number):
    return f"{number:010d}{luhn_digit(f'{number:010d}')}"


def set_rules(**values):
    RuleSet.objects.create(
        kind="lookup", valid_from=timezone.localdate(), source="thử", values=values
    )


def wrong_number(client, number):
    """A number of nobody, from an address of its own."""
    return ask(client, with_check_digit(number), address=an_address(number))
