"""Figures of a dashboard that are kept for a minute: whose, and how old they may be."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from onestop.models import Dossier
from reports import chosen as periods
from reports.dashboard import kept
from reports.dashboard.page import Dashboard
from reports.queries.dashboard.scope import Scope
from reports.queries.statements import Places
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import at_kind
from tests.onestop.test_query_counts import cost
from tests.people import make_person

HOME = reverse("reports:dashboard")
KEPT = 5  # questions: the person and his reach, the units, his notices


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.DASHBOARD_SECONDS = 60
    cache.clear()
    yield
    cache.clear()


def body(client, user, url=HOME, **data):
    client.sign_in(user)
    page = client.get(url, data)
    assert page.status_code == 200
    return page.context["body"]


def test_figures_are_counted_once_a_minute_and_say_as_of_when(client, province, town):
    with tenant_scope(province):
        at_kind(town, "release")
    client.sign_in(town.leader)
    first = client.get(HOME)
    with tenant_scope(province):
        at_kind(town, "release")
    again = client.get(HOME)
    assert again.context["body"] == first.context["body"]
    assert again.context["as_of"] == first.context["as_of"] in again.content.decode()
    cache.clear()  # the minute is over
    assert client.get(HOME).context["body"] != first.context["body"]


def test_a_kept_page_asks_nothing_of_the_dossiers(client, town):
    _page, asked, words = cost(client, town.leader, HOME)
    assert asked == KEPT
    assert "onestop_" not in words


def test_each_reach_period_and_language_has_figures_of_its_own(client, province, town):
    with tenant_scope(province):
        at_kind(town, "release")
        Dossier.objects.update(handling_unit=town.division)
        other = make_person("leader", town.other_agency)
        code = Dossier.objects.values_list("procedure__code", flat=True).first()
    asked = [
        (town.overseer, HOME, {}),
        (town.leader, HOME, {}),
        (town.head, HOME, {}),
        (other, HOME, {}),
        (town.overseer, HOME, {"ky": "2025"}),
        (town.overseer, reverse("reports:dashboard_procedure", args=[code]), {}),
        (town.leader, reverse("reports:dashboard_procedure", args=[code]), {}),
    ]
    together = [body(client, user, url, **data) for user, url, data in asked]
    alone = []
    for user, url, data in asked:
        cache.clear()
        alone.append(body(client, user, url, **data))
    assert together == alone
    assert len(set(together)) == len(asked)


def test_words_are_kept_for_their_language(scope, town):
    shown = {}
    for language in ("vi", "en", "vi"):
        with override(language):
            board = Dashboard(Scope(Places(), None, None), _month(), timezone.now())
            shown.setdefault(language, kept.figures(board)["body"])
    assert "At this moment" in shown["en"]
    assert "At this moment" not in shown["vi"]


def test_a_province_never_reads_what_was_kept_for_another(province, other_province, town):
    with tenant_scope(province):
        at_kind(town, "release")
    for first, second in ((province, other_province), (other_province, province)):
        cache.clear()
        shown = {each.code: _of_all(each) for each in (first, second)}
        assert shown["H32"] != shown["H44"]


def _of_all(province):
    with tenant_scope(province):
        board = Dashboard(Scope(Places(), None, None), _month(), timezone.now())
        return kept.figures(board)["body"]


def _month():
    return periods.chosen("", timezone.localdate())
