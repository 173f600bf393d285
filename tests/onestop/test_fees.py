"""The fee of a dossier, against sums done by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.rules.fees import Tariff, fee_vnd

COPY = Tariff(2000, "trang", second_from=3, second_vnd=1000, ceiling_vnd=200_000)  # 2.000815


@pytest.mark.parametrize(
    ("pages", "copies", "due"),
    [
        (1, 1, 2_000),
        (2, 1, 4_000),
        (3, 1, 5_000),
        (10, 1, 12_000),
        (10, 3, 36_000),
        (198, 1, 200_000),
        (199, 1, 200_000),
        (500, 2, 400_000),
    ],
)
def test_a_certified_copy_costs_less_from_the_third_page_and_never_over_its_ceiling(
    pages, copies, due
):
    assert fee_vnd(COPY, pages, copies) == due


def test_one_price_is_multiplied():
    assert fee_vnd(Tariff(10_000), 3) == 30_000


def test_no_declared_fee_and_a_fee_of_nothing_are_free():
    assert fee_vnd(Tariff(None), 5) == 0
    assert fee_vnd(Tariff(0), 5) == 0
    assert Tariff(None).is_free
    assert Tariff(0).is_free


@pytest.mark.parametrize(("quantity", "copies"), [(0, 1), (1, 0), (-1, 1)])
def test_nothing_is_no_quantity(quantity, copies):
    with pytest.raises(ValueError, match="at least one"):
        fee_vnd(COPY, quantity, copies)


@given(st.integers(1, 5000), st.integers(1, 50))
def test_one_page_more_never_costs_less_and_each_copy_costs_the_same(pages, copies):
    assert fee_vnd(COPY, pages + 1, copies) >= fee_vnd(COPY, pages, copies)
    assert fee_vnd(COPY, pages, copies) == copies * fee_vnd(COPY, pages, 1)
