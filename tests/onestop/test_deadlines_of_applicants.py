"""The applicant's deadline of a supplement: a later day, and not years away."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from common.errors import DomainError
from onestop.models import SupplementRound
from onestop.services import arrivals, waiting
from organizations.rulesets import CLOCK, rules
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned
from tests.onestop.test_extensions import a_rule
from tests.onestop.test_review_arrivals import arrived

ASKED = {"items": ["Bản vẽ"], "reason": "Thiếu bản vẽ"}
ASKING = {
    "accepted": lambda town, day: waiting.ask_supplement(
        assigned(town).pk, actor=town.officer, apply_by=day, **ASKED
    ),
    "arrived": lambda town, day: arrivals.ask_arrival(
        arrived(town).pk, actor=town.clerk, apply_by=day, **ASKED
    ),
}


def in_days(days):
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_a_deadline_years_away_is_refused_by_the_rule_of_the_day(town, ask):
    most = rules(CLOCK, timezone.localdate()).supplement_most_days
    for day in (in_days(most + 1), dt.date(2062, 12, 11), dt.date.max):
        with pytest.raises(DomainError, match="no later than"):
            ask(town, day)
    assert not SupplementRound.objects.exists()
    assert ask(town, in_days(most)).apply_by == in_days(most)
    a_rule(town, {"supplement_most_days": 30})
    with pytest.raises(DomainError, match="no later than"):
        ask(town, in_days(31))


def test_the_form_names_the_last_day_and_keeps_what_was_typed(client, province, town):
    with tenant_scope(province):
        dossier = assigned(town)
        last = in_days(rules(CLOCK, timezone.localdate()).supplement_most_days)
    url = reverse("onestop:dossier_act", args=[dossier.code, "bo-sung"])
    client.sign_in(town.officer)
    assert f"Không muộn hơn {last:%d/%m/%Y}" in client.get(url).text
    sent = {"step": dossier.step_id, "items": "Bản vẽ mặt bằng", "reason": "Thiếu dấu",
            "apply_by": "11/12/2062", "on_lapse": "remind"}  # fmt: skip
    answer = client.post(url, sent)
    assert answer.status_code == 409
    assert all(word in answer.text for word in ("Bản vẽ mặt bằng", "Thiếu dấu", "11/12/2062"))
