"""The applicant learns at the counter who opened his dossier: unit, position, day, no names."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AccessNote, AuditEntry
from onestop.models import Dossier
from onestop.queries.readers import readers_of
from onestop.services import assignment
from organizations.models import Position
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import APPLICANT, assigned
from tests.onestop.linked import make_linked, part_at, receive

NAMES = ("clerk", "officer", "leader", "head", "overseer")
WORDS = {"asked_by": "applicant", "is_checked": "on"}


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return assigned(town)


def path(dossier):
    return f"/ho-so/{dossier.code}/ai-da-xem/"


def put_note(dossier, person, at=None, kind="dossier.opened"):
    AccessNote.objects.create(
        kind=kind, actor_id=str(person.pk), actor_name=person.full_name,
        subject_type=Dossier._meta.label_lower, subject_id=str(dossier.pk),
        at=at or timezone.now(),
    )  # fmt: skip


def test_the_counter_tells_units_and_positions_and_no_names(client, province, town, dossier):
    client.sign_in(town.overseer).get(f"/ho-so/{dossier.code}/")
    counter = client.sign_in(town.clerk)
    assert path(dossier) in counter.get(f"/ho-so/{dossier.code}/").text
    assert counter.get(path(dossier)).status_code == 200
    answer = counter.post(path(dossier), WORDS)
    assert answer.status_code == 200
    table = answer.text.split("<tbody>")[1].split("</tbody>")[0]
    for person in NAMES:
        assert getattr(town, person).full_name not in table
    told = {(row.unit, row.position, row.has_acted) for row in answer.context["rows"]}
    with tenant_scope(province):
        for person, has_acted in (("overseer", False), ("leader", True), ("clerk", True)):
            place = Position.objects.select_related("unit").get(user=getattr(town, person))
            assert (place.unit.name, place.words, has_acted) in told, person
    assert APPLICANT.number not in answer.text


def test_the_asking_is_in_the_log(client, province, town, dossier):
    client.sign_in(town.clerk).post(path(dossier), WORDS)
    with tenant_scope(province):
        entry = AuditEntry.objects.get(action="readers.told")
    assert (entry.actor_id, entry.subject_name) == (str(town.clerk.pk), dossier.code)
    assert entry.data == {"asked_by": "applicant"}


@pytest.mark.parametrize("sent", [{}, {"is_checked": "on"}, {"asked_by": "applicant"},
                                  {**WORDS, "asked_by": "authorised"}])  # fmt: skip
def test_nothing_is_told_before_the_identity_is_checked(client, province, town, dossier, sent):
    answer = client.sign_in(town.clerk).post(path(dossier), sent)
    assert answer.status_code == 422
    assert "rows" not in answer.context
    with tenant_scope(province):
        assert not AuditEntry.objects.filter(action="readers.told").exists()


@pytest.mark.parametrize("person", ["officer", "leader", "overseer", "superuser"])
def test_only_the_counter_tells(client, town, dossier, person):
    browser = client.sign_in(getattr(town, person))
    assert browser.get(path(dossier)).status_code == 403
    assert browser.post(path(dossier), WORDS).status_code == 403


def test_the_position_is_that_of_the_day(scope, town):
    made = assigned(town)
    long_ago = timezone.now() - dt.timedelta(days=300)
    place = Position.objects.get(user=town.overseer)
    put_note(made, town.overseer, at=long_ago)
    Position.objects.filter(pk=place.pk).update(
        valid_from=timezone.localdate() - dt.timedelta(days=10)
    )
    (old,) = [row for row in readers_of(made) if row.day == timezone.localdate(long_ago)]
    assert old.position == "without a position"


def test_visitors_and_repeated_visits_are_one_line_or_none(scope, town):
    made = assigned(town)
    before = len(readers_of(made))
    for _ in range(3):
        put_note(made, town.overseer)
    put_note(made, town.overseer, kind="file.opened")
    AccessNote.objects.create(
        kind="dossier.opened", subject_type=Dossier._meta.label_lower, subject_id=str(made.pk)
    )
    assert len(readers_of(made)) == before + 1


def test_who_opened_a_part_of_it_opened_the_dossier(scope, town):
    linked = make_linked(town)
    whole = receive(town, linked)
    put_note(part_at(whole, linked.police), linked.police_officer)
    part = part_at(whole, linked.insurance)
    assignment.assign(part.pk, actor=linked.insurance_leader, person_id=linked.insurance_officer.pk)
    told = {row.unit: row.has_acted for row in readers_of(whole)}
    assert told[linked.police.name] is False
    assert told[linked.insurance.name] is True


def test_the_list_costs_the_same_for_one_trace_and_for_many(scope, town):
    made = assigned(town)
    costs = []
    for person in NAMES:
        put_note(made, getattr(town, person))
        with CaptureQueriesContext(connection) as seen:
            readers_of(made)
        costs.append(len(seen))
    assert set(costs) == {3}
