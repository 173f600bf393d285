"""Every route × every kind of person × own unit, other unit, other province.

The routes come from the URLconf, the answers from tests/access_table. A route without a line
fails and prints the line to add. What a person who may act does with a form is tested in its
app; here it is who gets to see the page, who is turned away, and with which answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from onestop.forms.acts import FORMS
from organizations.models import Unit, User
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.access_objects import OBJECTS, Stock, make_stock
from tests.access_table import ACCESS, ARGUMENTS, DATA, PEOPLE
from tests.access_table.onestop import ACTS, lines_of
from tests.access_table.others import SIGNED
from tests.conftest import HostClient, runs_fast
from tests.people import Town, make_town
from tests.provinces import own_provinces

NOBODY = 999_999_999
WOULD_SUCCEED = "-"
Route = tuple[str, dict[str, Any]]


SAMPLES = ("khong-co", "9.999999", "H32.99-261122-9999", "ABC", "0" * 11)


def sample(converter: Any) -> Any:
    """A number or word that the address accepts and that names nothing."""
    if isinstance(converter, IntConverter):
        return NOBODY
    return next((word for word in SAMPLES if re.fullmatch(converter.regex, word)), "khong-co")


def routes() -> dict[str, dict[str, Any]]:
    """Name with namespace -> arguments that name nothing; the admin has a test of its own."""

    def walk(patterns: list, space: str, converters: dict) -> Iterator[Route]:
        for each in patterns:
            found = {**converters, **each.pattern.converters}
            if isinstance(each, URLResolver):
                inner = f"{space}{each.namespace}:" if each.namespace else space
                if each.namespace != "admin":
                    yield from walk(each.url_patterns, inner, found)
            elif isinstance(each, URLPattern) and each.name:
                yield (
                    f"{space}{each.name}",
                    {name: sample(converter) for name, converter in found.items()},
                )

    return dict(walk(get_resolver(settings.ROOT_URLCONF).url_patterns, "", {}))


def unnamed() -> list[str]:
    def walk(patterns: list) -> Iterator[str]:
        for each in patterns:
            if isinstance(each, URLResolver):
                if each.namespace != "admin":
                    yield from walk(each.url_patterns)
            elif not each.name:
                yield str(each.pattern)

    return list(walk(get_resolver(settings.ROOT_URLCONF).url_patterns))


ROUTES = routes()
NAMES = sorted(ROUTES)


def address(name: str, arguments: dict[str, Any] | None = None) -> str:
    known = {**ROUTES[name], **ARGUMENTS.get(name, {}), **(arguments or {})}
    return reverse(name, kwargs=known)


class World:
    """Two provinces with the same cast, committed once for all the questions of this file."""

    def __init__(self, home: Province, away: Province) -> None:
        self.home, self.away = home, away
        with tenant_scope(self.home):
            self.town: Town = make_town()
            self.stock: Stock = make_stock(self.town, 1)
        with tenant_scope(self.away):
            self.far_town: Town = make_town()
            self.far_stock: Stock = make_stock(self.far_town, 2)
        self._browsers: dict[str, HostClient] = {}

    def browser(self, person: str) -> HostClient:
        """The person's browser at the home province; `stranger` is signed in at the other."""
        if person not in self._browsers:
            own = f"127.0.1.{len(self._browsers) + 1}"  # wrong guesses are counted by address
            browser = HostClient(self.home, REMOTE_ADDR=own)
            browser.raise_request_exception = False
            if person == "stranger":
                far = HostClient(self.away).sign_in(self.far_town.superuser)
                browser.cookies["session"] = far.cookies["session"].value
            elif person != "anonymous":
                browser.sign_in(getattr(self.town, person))
            self._browsers[person] = browser
        return self._browsers[person]

    def arguments(self, kind: str, place: str) -> dict[str, Any]:
        """What names an object of this kind: own, other (unit), away (province)."""
        kind, _, slug = kind.partition("/")
        with tenant_scope(self.away if place == "away" else self.home):
            found = OBJECTS[kind](self.far_stock if place == "away" else self.stock, place)
        return found | ({"slug": slug} if slug else {})


@contextmanager
def open_world(media: Path) -> Iterator[World]:
    """For one file of tests, which unblocks the database."""
    with override_settings(MEDIA_ROOT=media), own_provinces(2, "W") as (home, away):
        yield World(home, away)
        connection.close()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), open_world(tmp_path_factory.mktemp("media")) as world:
        yield world


@pytest.fixture(autouse=True)
def _unblocked(world, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def answer(response: Any) -> str:
    """`login` for the way to the sign-in page, else the status."""
    where = response.headers.get("Location", "")
    if response.status_code == 302 and where.startswith(reverse("account_login")):
        return "login"
    return str(response.status_code)


def expectations(line: str) -> tuple[str, str, str, dict[str, str]]:
    """ "GET person:own head,leader=403 *=404" -> method, kind, place, answer per person."""
    method, *words = line.split()
    kind, place = words.pop(0).split(":") if ":" in words[0] else ("", "")
    named = (word.split("=") for word in words)
    given = {person: answer for people, answer in named for person in people.split(",")}
    rest = given.pop("*", None)
    wanted = {"anonymous": "login", "stranger": "login"} | given
    if rest is not None:
        wanted = dict.fromkeys(PEOPLE, rest) | wanted
    for person in wanted:
        assert person in PEOPLE or person in {"anonymous", "stranger"}, f"who is {person}?"
    return method, kind, place, wanted


def test_every_route_has_its_line():
    missing = sorted(set(ROUTES) - set(ACCESS))
    lines = [f'    "{name}": ("GET *={"404" if ROUTES[name] else "403"}",),' for name in missing]
    assert not missing, "add to tests/access_table, with the answers that are right:\n" + (
        "\n".join(lines)
    )


def test_no_line_is_left_of_a_route_that_is_gone():
    assert sorted(set(ACCESS) - set(ROUTES)) == []


def test_every_route_has_a_name():
    assert unnamed() == ["admin/login/"]  # the admin's own page leads to ours


LINES = [(name, line) for name in sorted(ACCESS) for line in ACCESS[name] if name in ROUTES]
ACT_LINES = [("onestop:dossier_act", line) for act in ACTS for line in lines_of(act)]
SLOW_LINES = [line for line in ACT_LINES if not line[1].startswith("GET") or ":own" not in line[1]]


def cases() -> list[Any]:
    """Every line; of acts the fast part asks who gets the form."""
    marks = dict.fromkeys(SLOW_LINES, pytest.mark.slow)
    return [
        pytest.param(*line, id=" ".join(line), marks=marks.get(line, ()))
        for line in LINES + ACT_LINES
    ]


def test_every_act_has_its_line():
    assert set(ACTS) == {address for address, _ in FORMS.values()}


def some_of(asked: list[str], wanted: dict[str, str], *, is_first: bool) -> list[str]:
    """For the fast part: one of the people for each answer, and once for each route who is not
    signed in here."""
    alike = {wanted[person] if person in PEOPLE else person: person for person in asked}
    return [person for person in alike.values() if is_first or person in PEOPLE]


@pytest.mark.parametrize(("name", "line"), cases())
def test_each_person_gets_the_answer_of_the_table(request, world, name, line):
    method, kind, place, wanted = expectations(line)
    path = address(name, world.arguments(kind, place) if kind else None)
    got = {}
    asked = [person for person in wanted if wanted[person] != WOULD_SUCCEED]
    if runs_fast(request.config):
        asked = some_of(asked, wanted, is_first=line in ACCESS.get(name, ())[:1])
    for person in asked:
        browser = world.browser(person)
        response = browser.get(path) if method == "GET" else browser.post(path, DATA.get(name, {}))
        got[person] = answer(response)
        if response.streaming:
            list(response)  # a file is closed when it was read
    assert got == {person: wanted[person] for person in asked}


FOR_MACHINES = [name for name in NAMES if name.startswith("api:")]


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(FOR_MACHINES)))
def test_a_post_without_its_token_is_refused(world, name):
    browser = HostClient(world.home)
    browser.handler.enforce_csrf_checks = True
    browser.cookies["session"] = world.browser("superuser").cookies["session"].value
    response = browser.post(address(name))
    wanted = (401, None) if name in SIGNED else (403, "session")
    assert (response.status_code, response.headers.get("X-Reason")) == wanted


@pytest.mark.parametrize("name", FOR_MACHINES)
def test_a_post_of_a_session_to_the_machines_changes_nothing(world, name):
    """No CSRF token there, because no cookie is looked at: a session is nobody."""
    response = world.browser("superuser").post(address(name))
    assert response.status_code in {401, 404, 405}


ADMIN = ["admin:index", "admin:organizations_user_changelist", "admin:password_change"]


@pytest.mark.parametrize("name", ADMIN)
def test_the_admin_is_for_superusers_alone(world, name):
    path = reverse(name)
    for person in ("anonymous", "stranger", *PEOPLE):
        response = world.browser(person).get(path)
        if person == "superuser":
            assert response.status_code == 200
        else:
            assert response.status_code in {302, 403, 404}, person


def test_the_table_can_fail(request, world):
    """The control: a wrong answer in the table is found."""
    with pytest.raises(AssertionError):
        test_each_person_gets_the_answer_of_the_table(request, world, "portal:my_work", "GET *=404")


def test_a_person_of_the_other_province_finds_nothing_by_number(world):
    """The walls, seen from the table of people: same numbers, other host."""
    with tenant_scope(world.away):
        assert not User.objects.filter(pk=world.town.officer.pk).exists()
        assert not Unit.objects.filter(pk=world.town.agency.pk).exists()
