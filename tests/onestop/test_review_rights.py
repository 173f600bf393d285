"""What a page offers passes, and what it does not offer is refused: situations × people × acts."""

import copy
import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from common.errors import DomainError
from onestop.forms.acts import FORMS
from onestop.models import Dossier, Result
from onestop.queries.detail import DossierPage
from onestop.services import (
    arrivals,
    assignment,
    corrections,
    endings,
    extensions,
    intake,
    part_decisions,
    processing,
    waiting,
)
from organizations import access
from organizations.models import Delegation
from papers.models import PrintedForm
from tests.onestop.acts import ACTS, HANDED, WHY, far, offered
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.dossiers import assigned, at_kind, facts, make_dossier, open_step, the_procedure
from tests.onestop.linked import make_linked, one_step, part_at, receive
from tests.onestop.two_agencies import go_to, make_office, make_process
from tests.people import make_person

pytestmark = pytest.mark.usefixtures("scope")
HAS_A_REASON_OF_ITS_OWN = {"hand_over"}  # offered while a fee is owed; the refusal says so


def arrived(town):
    version = the_procedure(town).current_version
    return intake.submit(facts(version, town), actor=None, at=timezone.now())


def asked_before_acceptance(town):
    dossier = arrived(town)
    arrivals.ask_arrival(dossier.pk, actor=town.clerk, items=["Ảnh"], reason=WHY, apply_by=far())
    return dossier


def supplement(town):
    dossier = assigned(town)
    waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Ảnh"], reason=WHY, apply_by=far()
    )
    return dossier


def after_a_supplement(town):
    return waiting.receive_supplement(supplement(town).pk, actor=town.clerk)


def payment(town):
    return waiting.require_payment(
        assigned(town).pk, actor=town.officer, amount_vnd=5_000, note="Lệ phí"
    )


def withdrawal(town):
    return endings.request_withdrawal(
        assigned(town).pk, actor=town.clerk, reason=WHY, asked_by="Trần Thử"
    )


def withdrawal_at_once(town):
    return endings.request_withdrawal(
        make_dossier(town).pk, actor=town.clerk, reason=WHY, asked_by="Trần Thử"
    )


def sent_back(town):
    return processing.return_for_correction(
        at_kind(town, "approve").pk, actor=town.leader, reason=WHY
    )


def owing(town):
    dossier = at_kind(town, "return")
    Dossier.objects.filter(pk=dossier.pk).update(fee_due_vnd=9_000)
    return dossier


def returned(town):
    return processing.hand_over(at_kind(town, "return").pk, actor=town.clerk, facts=HANDED)


def new_date_proposed(town, asker="officer"):
    dossier = assigned(town)
    ACTS["ask_extension"](dossier, getattr(town, asker))
    return dossier


def new_date_signed(town):
    return extensions.sign_extension(new_date_proposed(town).pk, actor=town.leader)


def due_today(town):
    dossier = assigned(town)
    Dossier.objects.filter(pk=dossier.pk).update(due_at=timezone.now())
    return dossier


def short(town):
    """A process of a day: received, signed, returned."""
    version = make_procedure("1.000009", limit="1", units=[town.agency]).current_version
    return make_dossier(town, version=version)


def at_the_second_agency(order):
    def make(town):
        office = make_office(town)
        make_process(town, office)
        dossier = go_to(town, office, order)
        dossier.office = office
        return dossier

    return make


LINKED = {  # what is looked at, after what was done about the part of the police
    "whole": lambda whole, part, police: whole,
    "asked": lambda whole, part, police: ask_lead(part, police) and whole,
    "refused": lambda whole, part, police: refuse_part(part, police) and whole,
    "waited for": lambda whole, part, police: whole,
    "followed": lambda whole, part, police: whole,
    "part": lambda whole, part, police: part,
    "part in hand": lambda whole, part, police: taken(part, police),
    "part that asked": lambda whole, part, police: ask_lead(part, police),
    "part refused": lambda whole, part, police: refuse_part(part, police),
    "part to sign": lambda whole, part, police: to_sign(part, police),
}


def linked_at(town, name):
    group = make_linked(town, "levels" if name == "followed" else "same_level")
    whole = receive(town, group)
    if name not in ("followed", "part"):
        assignment.assign(whole.pk, actor=town.leader, person_id=town.officer.pk)
    if name == "waited for":
        ACTS["ask_supplement"](whole, town.officer)
    dossier = LINKED[name](whole, part_at(whole, group.police), group)
    dossier.others = {
        "police leader": group.police_leader, "police officer": group.police_officer,
        "insurance": group.insurance_leader,
    }  # fmt: skip
    return dossier


def taken(part, police):
    assignment.assign(part.pk, actor=police.police_leader, person_id=police.police_officer.pk)
    return part


def ask_lead(part, police):
    return part_decisions.ask_lead(taken(part, police).pk, actor=police.police_officer, reason=WHY)


def refuse_part(part, police):
    return endings.refuse_part(taken(part, police).pk, actor=police.police_leader, reason=WHY)


def to_sign(part, police):
    while open_step(part).kind != "approve":
        one_step(part, police.police_leader, police.police_officer)
    return part


SITUATIONS = {
    "arrived": arrived, "asked before acceptance": asked_before_acceptance,
    "received": make_dossier, "assigned": assigned, "supplement": supplement,
    "after a supplement": after_a_supplement, "payment": payment, "withdrawal": withdrawal,
    "withdrawal at once": withdrawal_at_once, "sent back": sent_back, "owing": owing,
    "new date proposed": new_date_proposed, "new date signed": new_date_signed,
    "new date of the leader": lambda town: new_date_proposed(town, "leader"),
    "due today": due_today,
    "short": short, "returned": returned,
    "refused": lambda town: endings.refuse(assigned(town).pk, actor=town.leader, reason=WHY),
    "void": lambda town: corrections.void(make_dossier(town).pk, actor=town.clerk, reason=WHY),
    **{kind: lambda town, kind=kind: at_kind(town, kind)
       for kind in ("review", "approve", "release", "return")},
    **{f"linked {name}": lambda town, name=name: linked_at(town, name) for name in LINKED},
    **{f"second agency {order}": at_the_second_agency(order) for order in (7, 8, 9, 10)},
}  # fmt: skip


class Undo(Exception):
    """Leaves a savepoint behind."""


def passes(act, dossier, person):
    """The sentence of the refusal; empty when the act passed. It is undone either way.

    Each act gets the dossier as it was just read: a copy costs no query.
    """
    try:
        with transaction.atomic():
            act(copy.copy(dossier), person)
            raise Undo
    except Undo:
        return ""
    except (DomainError, PermissionDenied) as refusal:
        return str(refusal) or "?"


@pytest.fixture(autouse=True)
def no_files(monkeypatch):
    """Whether a file may come is asked here, not whose file it is."""
    monkeypatch.setattr(processing, "attach", lambda *args, **kwargs: None)


# The decision; the whole matrix takes half a minute
FAST = {"approve"}
CASES = [pytest.param(name, marks=() if name in FAST else pytest.mark.slow) for name in SITUATIONS]


@pytest.mark.parametrize("situation", CASES)
def test_what_is_offered_passes_and_nothing_else(town, situation):
    dossier = SITUATIONS[situation](town)
    people = {
        name: getattr(town, name)
        for name in ("clerk", "officer", "head", "leader", "records_clerk", "agency_admin",
                     "overseer", "outsider", "superuser")
    }  # fmt: skip
    people["colleague"] = make_person("official", town.division)
    people["away"] = make_person("official", town.second_division)
    people |= getattr(dossier, "others", {})
    if office := getattr(dossier, "office", None):
        people |= {"office leader": office.leader, "office official": office.official,
                   "office clerk": office.records_clerk}  # fmt: skip
    wrong, read = [], Dossier.objects.get(pk=dossier.pk)
    for name, person in people.items():
        names = offered(Dossier.objects.get(pk=dossier.pk), person)
        for act, service in ACTS.items():
            refusal = passes(service, read, person)
            expected = act in names
            known = (
                expected
                and refusal
                and (
                    (act in HAS_A_REASON_OF_ITS_OWN and "fee" in refusal)
                    or (act == "approve" and ("yourself" in refusal or "part" in refusal))
                )
            )
            if expected == bool(refusal) and not known:
                wrong.append(f"{name}: {act} offered={expected} {refusal}")
    assert not wrong, "\n".join(wrong)


def test_every_act_of_the_page_is_tried_here():
    assert set(FORMS) | {"correct", "approve"} == set(ACTS)


def test_who_signs_for_another_is_named_so_on_step_result_story_and_form(town):
    deputy = make_person("official", town.second_division, full_name="Ngô Văn Thay")
    today = timezone.localdate()
    Delegation.objects.create(
        giver=town.leader, receiver=deputy, unit=town.agency, role="leader", reason="prevented",
        note="QĐ 1", valid_from=today, valid_to=today + dt.timedelta(days=3),
    )  # fmt: skip
    access.recompile([deputy.pk])
    dossier = at_kind(town, "approve")
    processing.approve(dossier.pk, actor=deputy)
    step = dossier.steps.get(kind="approve")
    assert step.on_behalf_of == town.leader.full_name
    assert Result.objects.get(dossier=dossier).on_behalf_of == town.leader.full_name
    page = DossierPage(Dossier.objects.get(pk=dossier.pk), deputy).context()
    told = next(each["note"] for each in page["steps"] if each["name"] == step.name)
    assert "Ngô Văn Thay" in told
    assert town.leader.full_name in told
    assert town.leader.full_name in page["events"][0].who
    refused = assigned(town)
    endings.refuse(refused.pk, actor=deputy, reason=WHY)
    form = PrintedForm.objects.of(refused).get(form="03")
    assert form.data["receiver_name"].startswith("Ngô Văn Thay (")
    assert town.leader.full_name in form.data["receiver_name"]
