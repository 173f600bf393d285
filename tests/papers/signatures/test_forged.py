"""No forged document is accepted: nine families, each refused for what is wrong with it."""

import pytest

from papers.signatures.verifying import verify_pdf
from tests.marks import first
from tests.papers.signatures.forging import FAMILIES
from tests.papers.signatures.ground import GROUND

LEAST = 10  # of a family


@pytest.mark.parametrize("family", first(3, FAMILIES))
def test_none_of_a_family_is_accepted(family):
    forge, expected = FAMILIES[family]
    verdicts = {
        name: (forged, verify_pdf(forged.pdf, forged.trust or GROUND.trust(), at=forged.at))
        for name, forged in forge().items()
    }
    assert len(verdicts) >= LEAST
    assert [name for name, (_forged, verdict) in verdicts.items() if verdict.accepted] == []
    assert {
        name: verdict.reasons
        for name, (forged, verdict) in verdicts.items()
        if not ({forged.reason} if forged.reason else expected) & set(verdict.reasons)
    } == {}
