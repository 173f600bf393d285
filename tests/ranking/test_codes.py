from itertools import pairwise

import pytest

from ranking.rules.codes import code_key, is_below


@pytest.mark.parametrize(
    "codes",
    [
        ["1", "2", "4", "4.1", "4.9", "4.10", "4.22", "4.22.1", "4.22.2", "4.22.11", "5", "10"],
        ["I", "II", "III", "IV", "V", "VI", "VIII", "IX", "X", "XI", "XIV", "XX"],
        ["I.1", "I.2", "I.10", "II.1"],
        ["1.a", "1.b", "2.a"],
        ["A1", "A2", "A10", "B1"],
        ["1.1", "1.2 a", "1.2 b", "1.3"],
    ],
)
def test_codes_are_in_the_order_of_their_numbers(codes):
    assert sorted(set(codes), key=code_key) == codes
    assert all(code_key(one) < code_key(other) for one, other in pairwise(codes))


def test_4_22_1_is_below_4_and_41_is_not():
    assert is_below("4.22.1", "4")
    assert is_below("4.22.1", "4.22")
    assert not is_below("41", "4")
    assert not is_below("4", "4")
