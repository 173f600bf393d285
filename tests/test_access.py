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

from common import pdf
from documents import letters_of, papers_of
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
from tests.ranking.cast import SEATED

pytestmark = pytest.mark.every_case  # what the fast part leaves out says `of_fast`
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
                browser.sign_in(self.person(person))
            self._browsers[person] = browser
        return self._browsers[person]

    def person(self, name: str) -> User:
        """Of the cast, or of those who take part in the ranking."""
        found: User = getattr(self.stock.years.cast if name in SEATED else self.town, name)
        return found

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
def _unblocked(world, django_db_blocker, monkeypatch):
    """Who gets a paper is asked here, how it is drawn elsewhere."""
    monkeypatch.setattr(pdf, "render_pdfs", lambda _pages, **_look: b"%PDF-")
    monkeypatch.setattr(papers_of, "render", lambda _paper: b"%PDF-")
    monkeypatch.setattr(letters_of, "render_flat", lambda _papers: b"%PDF-")
    with django_db_blocker.unblock():
        yield


def answer(response: Any) -> str:
    """`login` for the way to the sign-in page, else the status."""
    where = response.headers.get("Location", "")
    if response.status_code == 302 and where.startswith(reverse("account_login")):
        return "login"
    return str(response.status_code)


def cast_of(name: str) -> tuple[str, ...]:
    """Who is asked: the cast, and for routes of the ranking also who takes part in it."""
    return (*PEOPLE, *SEATED) if name.startswith("ranking:") else PEOPLE


def expectations(
    line: str, people: tuple[str, ...] = PEOPLE
) -> tuple[str, str, str, dict[str, str]]:
    """ "GET person:own head,leader=403 *=404" -> method, kind, place, answer per person."""
    method, *words = line.split()
    kind, place = words.pop(0).split(":") if ":" in words[0] else ("", "")
    named = (word.split("=") for word in words)
    given = {person: answer for people, answer in named for person in people.split(",")}
    rest = given.pop("*", None)
    wanted = {"anonymous": "login", "stranger": "login"} | given
    if rest is not None:
        wanted = dict.fromkeys(people, rest) | wanted
    for person in wanted:
        assert person in {*PEOPLE, *SEATED, "anonymous", "stranger"}, f"who is {person}?"
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


Line = tuple[str, str, str, dict[str, str]]  # what `expectations` reads
TABLE = {
    **{(name, ""): ACCESS[name] for name in sorted(ACCESS) if name in ROUTES},
    **{("onestop:dossier_act", act): tuple(lines_of(act)) for act in sorted(ACTS)},
}


def test_every_act_has_its_line():
    assert set(ACTS) == {address for address, _ in FORMS.values()}


def of_fast(lines: list[Line]) -> list[Line]:
    """What the fast part asks of a route: one of the people for each answer, and once who is not
    signed in here. Which methods a route knows, and numbers that name nothing where other lines
    name an object, are left to the whole run."""
    telling = [line for line in lines if set(line[3].values()) - {WOULD_SUCCEED, "login", "405"}]
    few = [line for line in telling if line[1]] or telling or lines[:1]
    first = next((line for line in few if line[0] == "GET"), few[0])
    return [(*line[:3], one_for_each_answer(line[3], is_first=line is first)) for line in few]


def one_for_each_answer(wanted: dict[str, str], *, is_first: bool) -> dict[str, str]:
    away = {"anonymous", "stranger"}
    alike = {person if person in away else wanted[person]: person for person in wanted}
    return {person: wanted[person] for person in alike.values() if is_first or person not in away}


def asked(config: pytest.Config, name: str, act: str = "") -> list[Line]:
    """The lines of a route; of an act, which is one route, the fast part asks who gets the form."""
    lines = [expectations(line, cast_of(name)) for line in TABLE[name, act]]
    if not runs_fast(config):
        return lines
    if act:
        method, kind, place, wanted = lines[0]
        return [(method, kind, place, one_for_each_answer(wanted, is_first=False))]
    return of_fast(lines)


def wrong_cells(world: World, name: str, lines: list[Line]) -> dict[str, str]:
    """Where the answer is not that of the table: method, object and person -> what came."""
    wrong = {}
    for method, kind, place, wanted in lines:
        path = address(name, world.arguments(kind, place) if kind else None)
        for person in (person for person in wanted if wanted[person] != WOULD_SUCCEED):
            browser = world.browser(person)
            send = browser.get if method == "GET" else browser.post
            response = send(path, DATA.get(name, {}) if method == "POST" else None)
            if response.streaming:
                list(response)  # a file is closed when it was read
            if answer(response) != wanted[person]:
                cell = " ".join(filter(None, (method, f"{kind}:{place}" if kind else "", person)))
                wrong[cell] = f"{answer(response)} instead of {wanted[person]}"
    return wrong


@pytest.mark.parametrize(("name", "act"), TABLE, ids=lambda each: each)
def test_each_person_gets_the_answer_of_the_table(request, world, name, act):
    assert wrong_cells(world, name, asked(request.config, name, act)) == {}


ELSEWHERE = {  # empty for who has no form; tests/ranking/test_verifications.py
    "ranking:assessment_list", "ranking:check_correct",
    "ranking:day_rehearse", "ranking:rehearsal_end",  # in a demo alone; test_rehearsal.py
}  # fmt: skip
RANKING = [name for name in NAMES if name.startswith("ranking:") and name not in ELSEWHERE]


@pytest.mark.parametrize("name", RANKING)
def test_each_route_of_the_ranking_is_open_to_somebody_and_closed_to_somebody(name):
    """Where everybody is turned away, nothing says that it is for the right reason."""
    lines = [expectations(line, cast_of(name)) for line in ACCESS[name]]
    answers = {answer for _method, _kind, _place, wanted in lines for answer in wanted.values()}
    about = {answer for _m, kind, _p, wanted in lines if kind for answer in wanted.values()}
    assert answers & {"200", "302", "409", "422", WOULD_SUCCEED}
    if "public" not in name:
        assert (about if ROUTES[name] else answers) & {"403", "404"}
        assert (about or answers) & {"200", "302", "409", "422", WOULD_SUCCEED}


FOR_MACHINES = [name for name in NAMES if name.startswith("api:")]


def test_a_post_without_its_token_is_refused(world):
    browser = HostClient(world.home)
    browser.handler.enforce_csrf_checks = True
    browser.cookies["session"] = world.browser("superuser").cookies["session"].value
    wrong = {}
    for name in set(NAMES) - set(FOR_MACHINES):
        response = browser.post(address(name))
        wanted = (401, None) if name in SIGNED else (403, "session")
        got = response.status_code, response.headers.get("X-Reason")
        if got != wanted:
            wrong[name] = got
    assert wrong == {}


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


def test_the_table_can_fail(world):
    """The control: each wrong answer in the table is found and named."""
    lines = [expectations("GET clerk=404 head=200 anonymous=200"), expectations("POST head=405")]
    assert wrong_cells(world, "portal:my_work", lines) == {
        "GET clerk": "200 instead of 404", "GET anonymous": "login instead of 200",
    }  # fmt: skip


def test_the_fast_part_asks_each_route_and_leaves_out_no_kind_of_answer():
    """A line of its own for each refusal and each page; the whole run asks everybody."""
    few = of_fast([expectations(line) for line in (
        "GET *=405", "POST *=404", "POST dossier:own clerk=- head,leader=403 *=404",
        "GET dossier:away *=404",
    )])  # fmt: skip
    assert [(method, kind, place) for method, kind, place, _wanted in few] == [
        ("POST", "dossier", "own"), ("GET", "dossier", "away"),
    ]  # fmt: skip
    assert few[0][3].keys() == {"clerk", "leader", "superuser"}
    assert few[1][3].keys() == {"superuser", "anonymous", "stranger"}


def test_a_person_of_the_other_province_finds_nothing_by_number(world):
    """The walls, seen from the table of people: same numbers, other host."""
    with tenant_scope(world.away):
        assert not User.objects.filter(pk=world.town.officer.pk).exists()
        assert not Unit.objects.filter(pk=world.town.agency.pk).exists()
