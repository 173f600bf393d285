"""Rules chosen by date: the law's, the province's own, and what is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AuditEntry
from organizations.models import RuleSet
from organizations.roles import ROLES
from organizations.rulesets import (
    CLOCK,
    LOOKUP,
    REGISTRY,
    SIGN_IN,
    RuleError,
    WarningStep,
    as_data,
    change_rules,
    in_force,
    register,
    rules,
    setting,
)
from tenancy.scope import NoTenant, tenant_scope

NOW = dt.date(2026, 11, 21)


def test_the_law_changes_on_its_day(scope):
    before, after = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
    assert rules(CLOCK, before).supplement_mode == "restart"
    assert rules(CLOCK, after).supplement_mode == "pause"


def test_what_nobody_set_says_so(scope):
    assert in_force(LOOKUP, NOW).source == "default"
    assert rules("lookup", NOW).wrong_in_all == 300
    assert rules(SIGN_IN, NOW).idle_minutes_of({"counter", "agency_admin"}) == 5
    assert rules(SIGN_IN, NOW).idle_minutes == {
        key: role.idle_minutes for key, role in ROLES.items()
    }


def test_a_provinces_own_rules_hold_from_their_day(scope, town):
    start = dt.date(2026, 12, 1)
    own = {"due_soon_days": 3, "supplement_days": 20}
    change_rules("clock", actor=town.superuser, valid_from=start, values=own, source="QĐ 1")
    assert rules(CLOCK, start - dt.timedelta(days=1)).due_soon_days == 2
    found = in_force(CLOCK, start)
    assert (found.values.due_soon_days, found.values.supplement_days) == (3, 20)
    assert (found.source, found.valid_from) == ("QĐ 1", start)
    assert found.values.supplement_mode == "pause"


def test_a_later_law_goes_before_a_provinces_older_rules(scope, town):
    change_rules(
        "clock", actor=town.superuser, valid_from=dt.date(2025, 1, 1),
        values={"due_soon_days": 4}, source="QĐ 2",
    )  # fmt: skip
    assert rules(CLOCK, dt.date(2025, 3, 1)).due_soon_days == 4
    assert rules(CLOCK, dt.date(2025, 3, 1)).supplement_mode == "restart"
    assert rules(CLOCK, dt.date(2025, 7, 1)).due_soon_days == 2


def test_setting_the_same_day_again_replaces_and_both_are_recorded(scope, town):
    for most in (100, 200):
        change_rules(
            "lookup", actor=town.superuser, valid_from=NOW, values={"wrong_in_all": most}, source=""
        )
    assert RuleSet.objects.count() == 1
    assert rules(LOOKUP, NOW).wrong_in_all == 200
    last = AuditEntry.objects.filter(action="rules.changed").latest("pk").data
    assert (last["before"], last["after"]) == ({"wrong_in_all": 100}, {"wrong_in_all": 200})


@pytest.mark.parametrize("key", ["clock", "lookup", "sign_in"])
def test_all_values_can_be_written_and_read_back(scope, town, key):
    values = rules(key, NOW)
    written = as_data(values)
    change_rules(key, actor=town.superuser, valid_from=NOW, values=written, source="x")
    assert in_force(key, NOW).source == "x"
    assert rules(key, NOW) == values


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("clock", {"due_soon_day": 3}),
        ("clock", {"due_soon_days": "3"}),
        ("clock", {"due_soon_days": -1}),
        ("clock", {"due_soon_days": True}),
        ("clock", {"supplement_mode": "stop"}),
        ("clock", {"warnings": 3}),
        ("clock", {"warnings": [{"days": 1}]}),
        ("clock", {"warnings": [{"days": 1, "when": "never", "role": "head"}]}),
        ("clock", {"warnings": [{"days": 1, "when": "after", "role": "head", "mood": "bad"}]}),
        ("sign_in", {"idle_minutes": 5}),
        ("weather", {}),
    ],
)
def test_values_that_do_not_fit_are_refused(scope, town, key, values):
    with pytest.raises(RuleError):
        change_rules(key, actor=town.superuser, valid_from=NOW, values=values, source="")
    assert not RuleSet.objects.exists()


def test_a_ladder_of_warnings_is_read_as_steps(scope, town):
    ladder = [{"days": 5, "when": "before", "role": "leader"}]
    change_rules(
        "clock", actor=town.superuser, valid_from=NOW, values={"warnings": ladder}, source=""
    )
    assert rules(CLOCK, NOW).warnings == (WarningStep(5, "before", "leader"),)


@pytest.mark.parametrize("person", ["clerk", "leader", "agency_admin", "overseer", "outsider"])
def test_only_who_manages_the_rules_of_the_province_may_change_them(scope, town, person):
    with pytest.raises(PermissionDenied):
        change_rules("clock", actor=getattr(town, person), valid_from=NOW, values={}, source="")


def test_the_rules_of_one_province_are_not_those_of_another(province, other_province, town):
    with tenant_scope(province):
        change_rules(
            "clock", actor=town.superuser, valid_from=NOW, values={"due_soon_days": 9}, source=""
        )
    with tenant_scope(other_province):
        assert rules(CLOCK, NOW).due_soon_days == 2
    with pytest.raises(NoTenant):
        rules(CLOCK, NOW)


def test_all_kinds_and_days_cost_two_queries(scope, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("organizations.standing._kept", {})  # a process that has just started
    with django_assert_num_queries(2):
        for day in (NOW, dt.date(2020, 1, 1)):
            for kind in (CLOCK, LOOKUP, SIGN_IN):
                rules(kind, day)


def test_an_upper_app_registers_a_kind_of_its_own(scope, town, monkeypatch):
    @dataclass(frozen=True)
    class TeaRules:
        cups: Decimal = setting(Decimal("1.5"), "choice")  # noqa: RUF009
        from_day: dt.date | None = setting(None, "choice")  # noqa: RUF009
        until: dt.time = setting(dt.time(15), "choice")  # noqa: RUF009

    monkeypatch.setattr("organizations.rulesets.registry.REGISTRY", dict(REGISTRY))
    tea = register("tea", TeaRules, (dt.date(2026, 1, 1), TeaRules(cups=Decimal(2)), "QĐ 3"))
    assert rules(tea, dt.date(2025, 1, 1)).cups == Decimal("1.5")
    assert rules(tea, NOW).cups == 2
    own = {"cups": "3.5", "from_day": "2026-01-02", "until": "15:30"}
    change_rules("tea", actor=town.superuser, valid_from=NOW, values=own, source="")
    assert rules(tea, NOW) == TeaRules(Decimal("3.5"), dt.date(2026, 1, 2), dt.time(15, 30))
    with pytest.raises(RuleError):
        change_rules(
            "tea", actor=town.superuser, valid_from=NOW, values={"until": "25:00"}, source=""
        )
    with pytest.raises(ValueError, match="twice"):
        register("tea", TeaRules)


def test_every_rule_names_its_source():
    for kind in REGISTRY.values():
        for field in kind.shape.__dataclass_fields__.values():
            assert field.metadata["source"], f"{kind.key}.{field.name}"
