"""Random acts by random people: what must be true after each of them, whatever they did."""

import datetime as dt
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from common.errors import DomainError
from onestop.models import Dossier, StatusChange
from onestop.services import intake, processing, reminders
from onestop.states import WAITING, Status
from tests.onestop.acts import ACTS, offered
from tests.onestop.dossiers import facts, make_dossier, the_procedure
from tests.onestop.two_agencies import make_office, make_process
from tests.people import make_person

pytestmark = pytest.mark.usefixtures("scope")
FINISHING = {3, 8, 9, 10}
ENDS = {
    "refuse", "stop", "void", "grant_withdrawal", "refuse_arrival", "stop_arrival",
    "request_withdrawal", "correct", "send_back", "ask_arrival",
}  # fmt: skip
ASIDE = {"correct", "void", "add_draft", "take_fee", "request_withdrawal", "stop", "refuse"}


class Undo(Exception):
    """Ends an example; nothing of it stays."""


def finished_by_history(dossier, changes):
    """When it was finished, from the history of the status alone (and a granted withdrawal)."""
    if dossier.accepted_at is None:
        return None
    for change in changes:
        if change.to_status == Status.WITHDRAWN:
            if dossier.granted_at and change == changes[-1]:
                return dossier.granted_at
        elif change.to_status in FINISHING:
            return change.at
    return None


def check(dossier, promised, people):
    runs = list(dossier.steps.order_by("order", "round"))
    opened = [run for run in runs if run.state == "open"]
    working = dossier.accepted_at is not None and dossier.closed_at is None
    assert len(opened) == int(working), "one open step while there is work, none before and after"
    assert dossier.step_id == (opened[0].pk if opened else None)
    if opened:
        assert (opened[0].unit_id, opened[0].person_id) == (
            dossier.holder_unit_id, dossier.holder_id)  # fmt: skip
        assert dossier.participants.filter(unit=dossier.holder_unit_id).exists()
    if dossier.closed_at:
        assert not [run for run in runs if run.state == "planned"]
        assert dossier.holder_id is None
    changes = list(StatusChange.objects.filter(dossier=dossier).order_by("pk"))
    assert changes[0].from_status is None
    assert all(one.to_status == two.from_status for one, two in pairwise(changes))
    assert all(one.at <= two.at for one, two in pairwise(changes))
    assert changes[-1].to_status == dossier.status
    assert finished_by_history(dossier, changes) == dossier.finished_at
    pauses = list(dossier.pauses.order_by("started_at", "pk"))
    assert all(one.ended_at and one.ended_at <= two.started_at for one, two in pairwise(pauses))
    stands = [pause for pause in pauses if pause.ended_at is None]
    if working and dossier.status in WAITING:
        assert len(stands) == 1
    else:
        assert not stands
    if dossier.due_at:
        assert dossier.due_at >= dossier.promised_at >= promised
        latest = {run.order: run.planned_end for run in runs if run.state in ("open", "planned")}
        ends = [end for _order, end in sorted(latest.items()) if end]
        assert ends == sorted(ends)
    if dossier.closed_at is None:
        acts = set().union(*(offered(dossier, person) for person in people))
        assert acts - ASIDE, f"nobody can go on with it: {dossier.status}"


def live(town, people, choices, start, now):
    dossier = Dossier.objects.get(pk=start(town).pk)
    promised = dossier.promised_at
    for choice in choices:
        now[0] += dt.timedelta(minutes=choice % 4_000)
        pairs = [(who, name) for who in people for name in sorted(offered(dossier, who))]
        if choice % 8:
            pairs = [pair for pair in pairs if pair[1] not in ENDS] or pairs
        if not pairs or choice % 11 == 0:  # what nobody offers
            pairs = [(who, name) for who in people for name in sorted(ACTS)]
        person, name = pairs[(choice // 7) % len(pairs)]
        act = ACTS[name]
        try:
            with transaction.atomic():
                act(dossier, person)
        except (DomainError, PermissionDenied):
            pass
        if choice % 5 == 0:
            reminders.recheck_due()
        dossier = Dossier.objects.get(pk=dossier.pk)
        promised = promised or dossier.promised_at
        check(dossier, promised, people)


def online(town):
    version = the_procedure(town).current_version
    return intake.submit(facts(version, town), actor=None, at=timezone.now())


@pytest.mark.slow
@pytest.mark.parametrize("start", [make_dossier, online])
@settings(
    max_examples=8, deadline=None, phases=[Phase.generate], derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(choices=st.lists(st.integers(0, 10**6), min_size=20, max_size=35))
def test_whatever_people_do_the_dossier_stays_whole(town, start, choices):
    now, real = [timezone.now()], timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processing, "attach", lambda *args, **kwargs: None)
        patch.setattr(timezone, "now", lambda: now[0])
        try:
            with transaction.atomic():
                office = make_office(town)
                make_process(town, office)
                people = [
                    town.clerk, town.officer, town.leader, town.head, town.records_clerk,
                    office.leader, office.official, office.records_clerk,
                    make_person("official", town.second_division),
                ]  # fmt: skip
                live(town, people, choices, start, now)
                raise Undo
        except Undo:
            pass
    assert timezone.now is real
