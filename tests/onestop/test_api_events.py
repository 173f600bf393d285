"""Events for machines: each once, in one order, whoever commits first; own units only."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import feed, seals
from audit.models import AuditEntry, FeedMark
from onestop.services import assignment, intake
from tenancy.scope import tenant_scope
from tests.audit.broker import wait_until
from tests.machines import Machine, let_in
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.dossiers import facts, make_dossier
from tests.onestop.racing import PATIENCE
from tests.onestop.test_races import online


@pytest.fixture
def machine(stage):
    province, town = stage
    with tenant_scope(province):
        _client, token = let_in(town)
    return Machine(province, token)


def last_seen():
    """What would be told if nobody waited for transactions under way."""
    return AuditEntry.objects.latest("pk").pk


@pytest.fixture
def alone(monkeypatch):
    """As if no other transaction ran on the server, which others use, too."""
    monkeypatch.setattr(feed, "settled_id", last_seen)


def read_until(machine, count, after=0):
    """Ask again and again, as a client does, until so many events have come."""
    found = []

    def enough():
        nonlocal after
        some, after = read_all(machine, after)
        found.extend(some)
        return len(found) >= count

    wait_until(enough, 60)
    return found, after


def read_all(machine, after=0, limit=100):
    """Every event from there on, and where the last answer said to go on."""
    found = []
    while True:
        answer = machine.read("events/", after=after, limit=limit)
        assert answer.status_code == 200, answer.content
        found += answer.json()["results"]
        after = answer.json()["next_after"]
        if not answer.json()["more"]:
            return found, after


def test_the_life_of_a_dossier_is_told_in_order_and_without_persons(stage, machine, alone):
    province, town = stage
    with tenant_scope(province):
        dossier = make_dossier(town)
        assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk)
    found, _after = read_all(machine)
    assert [(row["event"], row["status"]) for row in found] == [("accepted", 2), ("progressed", 4)]
    assert {row["dossier"] for row in found} == {dossier.code}
    assert set(found[0]) == {"id", "at", "event", "dossier", "status"}


def test_who_goes_on_gets_what_came_since_and_nothing_twice(stage, machine, alone):
    province, town = stage
    with tenant_scope(province):
        first = make_dossier(town)
    before, after = read_all(machine)
    with tenant_scope(province):
        second = make_dossier(town)
    found, _after = read_all(machine, after)
    assert [row["dossier"] for row in before] == [first.code]
    assert [row["dossier"] for row in found] == [second.code]
    again = machine.read("events/", after=after).json()
    assert again["results"] == found


def test_pages_of_one_give_the_same_as_one_page(stage, machine, alone):
    province, town = stage
    with tenant_scope(province):
        for _ in range(3):
            make_dossier(town)
    assert read_all(machine, limit=1)[0] == read_all(machine)[0]
    assert len(read_all(machine)[0]) == 3


def test_dossiers_of_other_units_are_passed_over(stage, alone):
    province, town = stage
    with tenant_scope(province):
        make_dossier(town)
        _client, token = let_in(town, town.other_agency)
    found, after = read_all(Machine(province, token))
    assert found == []
    with tenant_scope(province):
        assert after == AuditEntry.objects.latest("pk").pk  # and not looked at again


def begun(province, act):
    """A transaction that acts, waits and commits when told: the entry takes its id first."""
    wrote, may_end = threading.Event(), threading.Event()

    def run():
        try:
            with tenant_scope(province):
                act()
                wrote.set()
                assert may_end.wait(PATIENCE)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert wrote.wait(30)
    return thread, may_end


def overtaken(stage, machine, count):
    """What a client reads while an older entry is not committed yet, and after that."""
    province, town = stage
    thread, may_end = begun(province, lambda: online(town))
    with tenant_scope(province):
        second = the_other_arrives(town)
    during, after = read_all(machine)
    may_end.set()
    thread.join(30)
    later, _after = read_until(machine, count, after) if count else read_all(machine, after)
    return second, during, later


def the_other_arrives(town):
    """Under another competent unit: its numbers wait for nobody."""
    version = make_procedure("1.000009", units=[town.commune]).current_version
    return intake.submit(facts(version, town, competent_unit_id=town.commune.pk), actor=None)


@pytest.mark.slow  # waits for whatever runs on the server
def test_an_entry_that_is_overtaken_is_told_in_its_place(stage, machine):
    second, during, later = overtaken(stage, machine, 2)
    assert during == []  # the younger waits for the older
    assert [row["event"] for row in later] == ["arrived", "arrived"]
    assert later[1]["dossier"] == second.code
    assert later[0]["id"] < later[1]["id"]


@pytest.mark.slow  # waits for whatever runs on the server
def test_what_was_told_once_is_told_again_while_others_act_and_nobody_seals(stage, machine):
    """To a second client of the same units, or to one that lost its place."""
    province, town = stage
    with tenant_scope(province):
        dossier = make_dossier(town)
    read_until(machine, 1)
    thread, may_end = begun(province, lambda: online(town))
    with tenant_scope(province):
        the_other_arrives(town)
    told = read_all(machine)[0]
    may_end.set()
    thread.join(30)
    assert [row["dossier"] for row in told] == [dossier.code]


@pytest.mark.slow  # waits for whatever runs on the server
def test_one_act_after_another_does_not_hold_the_events_back(stage, machine, monkeypatch):
    """Each request is answered by another process, and nobody seals."""
    province, town = stage
    with tenant_scope(province):
        dossier = make_dossier(town)
    first, first_may_end = begun(province, lambda: online(town))
    assert read_all(machine)[0] == []
    monkeypatch.setattr(seals, "_noted", {})
    second, second_may_end = begun(province, lambda: the_other_arrives(town))
    first_may_end.set()
    first.join(30)

    def told():
        monkeypatch.setattr(seals, "_noted", {})
        return [row["dossier"] for row in read_all(machine)[0]][:1] == [dossier.code]

    try:
        assert wait_until(told, 7), "the second act began after the first request"
    finally:
        second_may_end.set()
        second.join(30)


def test_what_was_noted_before_a_restore_does_not_count_after_it(stage, machine):
    """Ids were given anew there: an old mark would hide an event that commits late."""
    province, town = stage
    with tenant_scope(province):
        make_dossier(town)
        FeedMark.objects.create(settled_id=10**12, database="another")
    thread, may_end = begun(province, lambda: online(town))
    during, _after = read_all(machine)
    may_end.set()
    thread.join(30)
    assert during == []


def test_without_the_wait_the_overtaken_entry_is_lost(stage, machine, alone):
    """The control: told up to the last id that is seen, the older one never comes."""
    second, during, later = overtaken(stage, machine, 0)
    assert [row["dossier"] for row in during] == [second.code]
    assert later == []


def test_what_is_sealed_is_told_though_others_write(stage, machine):
    province, town = stage
    with tenant_scope(province):
        make_dossier(town)
    with pytest.MonkeyPatch.context() as alone, tenant_scope(province):
        alone.setattr(seals, "settled_id", lambda _patience: last_seen())
        seals.seal()
    thread, may_end = begun(province, lambda: online(town))
    assert [row["event"] for row in read_all(machine)[0]] == ["accepted"]
    may_end.set()
    thread.join(30)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=101", "x=1",
                                   "after=9223372036854775808"])  # fmt: skip
def test_a_wrong_word_of_the_address_is_400_with_its_name(stage, machine, query):
    response = machine.get(f"/api/v1/events/?{query}")
    assert response.status_code == 400
    assert set(response.json()["fields"]) == {query.partition("=")[0]}


def test_the_page_costs_the_same_for_one_and_five(
    stage, machine, alone, django_db_blocker, django_assert_num_queries
):

    province, town = stage
    with tenant_scope(province):
        make_dossier(town)
    read_all(machine)
    with CaptureQueriesContext(connection) as few:
        machine.read("events/")
    with tenant_scope(province):
        for _ in range(4):
            make_dossier(town)
    with django_assert_num_queries(len(few)):
        assert len(machine.read("events/").json()["results"]) == 5
