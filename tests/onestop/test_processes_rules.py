"""Shares of time: do they make up the limit, and how the default divides one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.rules.processes import StepData, check, default_process


def step(kind: str, share: str | None = None, unit: str = "working_days") -> StepData:
    amount = Decimal(share) if share else None
    return StepData(
        kind=kind, name=kind, role="official", share_amount=amount, share_unit=unit if share else ""
    )


WHOLE = [step("receive", "0.5"), step("process", "3.5"), step("approve", "1"), step("return")]


def test_shares_that_add_up_to_the_limit_pass():
    verdict = check(WHOLE, Decimal(5), "working_days")
    assert (verdict.faults, verdict.warnings) == ([], [])


def test_shares_that_do_not_add_up_are_refused_with_both_figures():
    (fault,) = check(WHOLE, Decimal(6), "working_days").faults
    assert "5" in fault
    assert "6" in fault


def test_shares_in_another_unit_are_a_warning_and_not_a_fault():
    verdict = check(WHOLE, Decimal(6), "days")
    assert verdict.faults == []
    assert len(verdict.warnings) == 1


@pytest.mark.parametrize(
    "steps",
    [
        [],
        WHOLE[1:],
        WHOLE[:-1],
        [step("receive", "5"), step("return")],
        [step("receive"), *WHOLE],
    ],
)
def test_a_process_that_does_not_receive_work_and_return_is_refused(steps):
    assert check(steps, Decimal(5), "working_days").faults


def test_a_process_in_which_nobody_signs_is_a_warning():
    steps = [step("receive", "1"), step("process", "4"), step("return")]
    assert check(steps, Decimal(5), "working_days").warnings


def test_work_after_the_last_signature_is_a_warning_that_names_it():
    after = [*WHOLE[:-1], step("process"), step("release"), WHOLE[-1]]
    (warning,) = check(after, Decimal(5), "working_days").warnings
    assert "process" in warning
    assert (
        check([*after[:-1], step("approve"), WHOLE[-1]], Decimal(5), "working_days").warnings == []
    )


def test_a_limit_of_a_day_or_less_is_received_resolved_and_returned():
    for amount, unit in (("0", "same_day"), ("1", "working_days"), ("1", "days"), ("8", "hours")):
        kinds = [each.kind for each in default_process(Decimal(amount), unit)]
        assert kinds == ["receive", "approve", "return"]
    assert len(default_process(Decimal("1.5"), "working_days")) == 7


def test_within_the_day_no_share_is_counted():
    assert all(each.share_amount is None for each in default_process(Decimal(0), "same_day"))


def test_ten_working_days_are_divided_like_the_real_processes():
    shares = [each.share_amount for each in default_process(Decimal(10), "working_days")]
    assert shares == [
        Decimal(text) if text else None for text in ("0.5", "0.5", "7", "0.5", "1", "0.5", "")
    ]


@given(
    quarters=st.integers(1, 4_000),
    unit=st.sampled_from(["working_days", "days", "hours", "months"]),
)
def test_the_default_always_adds_up_and_no_share_is_zero(quarters, unit):
    amount = Decimal(quarters) / 4
    steps = default_process(amount, unit)
    assert check(steps, amount, unit).faults == []
    assert all(each.share_amount > 0 for each in steps if each.share_amount is not None)
