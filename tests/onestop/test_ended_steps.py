"""A step that was open when its dossier ended is no step that was done, and nobody signed in it."""

from importlib import import_module

import pytest
from django.db import connection

from common.errors import TransitionError
from exchange.models import SyncProgress
from exchange.queries.facts import progress_facts
from exchange.rules.items import progress_item
from exchange.services.noting import note
from onestop.models import Dossier
from onestop.queries.detail import DossierPage
from onestop.services import (
    control_sheets,
    corrections,
    endings,
    part_decisions,
    parts,
    processing,
    steps,
)
from onestop.states import Status
from portal.public import public_dossier
from tests.onestop.dossiers import assigned, at_kind
from tests.onestop.linked import make_linked, part_at, parts_of, receive
from tests.onestop.test_linked import up_to

pytestmark = pytest.mark.usefixtures("scope")
WHY = "Không đủ điều kiện"


def again(dossier):
    return Dossier.objects.get(pk=dossier.pk)


def ended(dossier):
    return dossier.steps.get(state="ended")


def test_a_part_refused_where_it_would_be_signed_is_not_signed(town):
    """So the citizen's wish to stop is still heard."""
    whole = receive(town, make_linked(town, "levels"))
    lead_part = parts_of(whole)[0]
    up_to("approve", lead_part, (town.leader, town.officer, town.head))
    endings.refuse_part(lead_part.pk, actor=town.leader, reason=WHY)
    assert not parts.is_lead_signed(again(whole))
    assert endings.stop(whole.pk, actor=town.leader, reason="Đổi ý").status == Status.STOPPED


@pytest.mark.parametrize("act", [endings.refuse, endings.stop])
def test_the_step_says_who_ended_it_and_that_it_was_not_done(town, act):
    dossier = act(assigned(town).pk, actor=town.leader, reason=WHY)
    run = ended(dossier)
    assert (run.kind, run.person, run.closed_by) == ("process", town.officer, town.leader)
    assert (run.closed_at, run.note) == (dossier.closed_at, WHY)
    assert not steps.correctable(again(dossier), run)


@pytest.mark.parametrize("ending", ["refused", "waived"])
def test_a_part_that_ended_undone_was_decided_on_and_keeps_the_reception_from_being_void(
    town, ending
):
    """Else the dossier would be void, and the part that is over already would not."""
    linked = make_linked(town)
    whole = receive(town, linked)
    home = part_at(whole, linked.police)
    if ending == "refused":
        endings.refuse_part(home.pk, actor=linked.police_leader, reason=WHY)
    else:
        part_decisions.waive_part(whole.pk, home.pk, actor=town.leader, reason=WHY)
    assert not home.steps.filter(state="closed").exclude(kind="receive").exists()
    with pytest.raises(TransitionError):
        corrections.void(whole.pk, actor=town.clerk, reason="Nhầm người")
    assert not again(whole).is_void


def test_who_refuses_at_the_step_that_decides_had_it_in_his_hands(town):
    waits = at_kind(town, "approve")
    assert waits.holder is None
    run = ended(endings.refuse(waits.pk, actor=town.leader, reason=WHY))
    assert (run.person, run.closed_by) == (town.leader, town.leader)
    run = ended(endings.stop(at_kind(town, "approve").pk, actor=town.leader, reason=WHY))
    assert run.person is None  # he answered the citizen and did nobody's step


def test_a_part_that_the_lead_ends_stays_in_the_hands_it_was_in(town):
    linked = make_linked(town)
    whole = receive(town, linked)
    home = part_at(whole, linked.police)
    up_to("approve", home, (linked.police_leader, linked.police_officer, None))
    part_decisions.waive_part(whole.pk, home.pk, actor=town.leader, reason=WHY)
    assert (ended(home).person, ended(home).closed_by) == (None, town.leader)


def test_the_control_sheet_says_where_and_by_whom_it_was_ended(town):
    dossier = endings.refuse(assigned(town).pk, actor=town.leader, reason=WHY)
    *_before, given, last = control_sheets.hand_overs(again(dossier))
    assert (given.giver, given.taker) == (town.leader.full_name, town.officer.full_name)
    assert (last.giver, last.taker) == (town.officer.full_name, "")
    assert last.note == f"Kết thúc giải quyết hồ sơ ({town.leader.full_name})"
    dossier = endings.refuse(at_kind(town, "approve").pk, actor=town.leader, reason=WHY)
    last = control_sheets.hand_overs(again(dossier))[-1]
    assert (last.giver, last.giving_unit) == (town.leader.full_name, town.agency.name)


def test_the_page_and_the_look_up_do_not_call_it_finished(town):
    dossier = endings.refuse(assigned(town).pk, actor=town.leader, reason=WHY)
    page = DossierPage(again(dossier), town.leader).context()
    states = [step["state"] for step in page["steps"]]
    assert states[:4] == ["done", "done", "ended", "skipped"]
    shown = public_dossier(dossier.pk, "full").whole.steps
    assert [step.state for step in shown] == states
    assert shown[2].done_on is None


def test_the_national_portal_hears_who_ended_it_at_which_step(town):
    dossier = endings.refuse(assigned(town).pk, actor=town.leader, reason=WHY)
    note([dossier.pk])
    line = SyncProgress.objects.filter(dossier=dossier).latest("run__order")
    item = progress_item(progress_facts([line])[line.pk])
    assert item["NguoiXuLy"] == town.leader.full_name
    assert item["NoiDungXuLy"] == "Thụ lý hồ sơ (kết thúc giải quyết)"
    assert item["TrangThai"] == "3"


def test_what_an_ordinary_way_closes_is_done_as_before(town):
    dossier = at_kind(town, "return")
    given = processing.HandoverFacts("in_person", "Trần Văn Thử", "999012345678")
    dossier = processing.hand_over(dossier.pk, actor=town.clerk, facts=given)
    assert set(dossier.steps.values_list("state", flat=True)) == {"closed"}


def test_an_upgrade_marks_what_was_kept_as_done(town):
    mark = import_module("onestop.migrations.0021_mark_steps_that_were_not_done").MARK
    in_hand = endings.refuse(assigned(town).pk, actor=town.leader, reason=WHY)
    waiting = endings.refuse(at_kind(town, "approve").pk, actor=town.leader, reason=WHY)
    stopped = endings.stop(at_kind(town, "approve").pk, actor=town.leader, reason=WHY)
    given = processing.HandoverFacts("in_person", "Trần Văn Thử", "999012345678")
    done = at_kind(town, "return")
    processing.hand_over(done.pk, actor=town.clerk, facts=given)
    all_steps = in_hand.steps.model.objects.order_by("pk")
    written = list(all_steps.values_list("pk", "state", "person"))
    for dossier in (waiting, stopped):
        dossier.steps.filter(state="ended").update(person=None)
    all_steps.filter(state="ended").update(state="closed")
    with connection.cursor() as cursor:
        cursor.execute(mark, {"province": in_hand.province_id})
        assert cursor.rowcount == 3
    assert list(all_steps.values_list("pk", "state", "person")) == written
