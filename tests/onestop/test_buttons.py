"""What stands beside the title of a dossier: the next act, never an ending."""

from __future__ import annotations

import pytest

from onestop.forms import acts
from onestop.rules.buttons import arrange
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import at_kind


def test_the_next_act_is_the_first_button_and_endings_lie_in_the_menu() -> None:
    buttons, menu = arrange(["forward", "add_draft", "refuse", "stop"], held_by_another=False)
    assert buttons == ["forward", "add_draft"]
    assert menu == ["refuse", "stop"]


def test_who_waits_for_somebody_else_has_no_button_but_a_menu() -> None:
    assert arrange(["refuse", "stop"], held_by_another=False) == ([], ["refuse", "stop"])


def test_the_work_of_a_colleague_can_be_given_away_but_is_not_done_by_mistake() -> None:
    names = ["ask_supplement", "take_over", "assign", "stop"]
    assert arrange(names, held_by_another=True)[0] == ["assign"]
    assert arrange(names, held_by_another=False)[0] == ["ask_supplement", "take_over"]


def test_every_act_has_its_place() -> None:
    names = ["accept", "ask_arrival", "refuse_arrival", "correct"]
    buttons, menu = arrange(names, held_by_another=False)
    assert [*buttons, *menu] == names


def test_an_act_that_ends_a_dossier_shows_no_tick() -> None:
    grave = [form for form in _forms(acts.ActForm) if form.is_grave and form.title]
    assert len(grave) >= 6
    assert {form.__name__: form.icon for form in grave if "check" in form.icon} == {}
    assert acts.RefuseForm.icon != acts.StopForm.icon


def _forms(base: type[acts.ActForm]) -> list[type[acts.ActForm]]:
    return [form for each in base.__subclasses__() for form in (each, *_forms(each))]


@pytest.mark.django_db
def test_a_head_is_not_invited_to_refuse_what_waits_for_the_leader(town, province, client) -> None:
    with tenant_scope(province):
        code = at_kind(town, "approve").code
    page = client.sign_in(town.head).get(f"/ho-so/{code}/").content.decode()
    actions = page[page.index('class="page-actions"') : page.index('id="messages"')]
    assert "/tu-choi/" in actions
    assert "btn-danger" not in actions
