"""The dashboard counts a linked dossier once, wherever its parts lie."""

import pytest
from django.utils import timezone

from reports import chosen as periods
from reports.queries.dashboard.flows import flows
from reports.queries.dashboard.rows import FIGURES, dossiers_behind
from reports.queries.dashboard.scope import scope_of
from reports.queries.dashboard.stocks import stocks
from reports.services import cells
from tests.onestop.linked import finish, make_linked, part_at, receive

pytestmark = pytest.mark.usefixtures("scope")


def test_received_open_and_the_rows_behind_count_the_whole_and_no_part(town):
    linked = make_linked(town)
    dossier = receive(town, linked)
    finish(part_at(dossier, linked.police), linked.police_leader, linked.police_officer)
    cells.note_everything()
    cells.settle_all()
    today = timezone.localdate()
    chosen = periods.chosen("", today)
    for person in (town.overseer, town.leader):
        scope = scope_of(person)
        assert stocks(scope, today).all.open == 1
        assert flows(scope, chosen).now.received == 1
        assert flows(scope, chosen).now.finished == 0
        for name in ("nhan", "dang"):
            behind = dossiers_behind(FIGURES[name], scope, person, chosen.period, today)
            assert list(behind) == [dossier]
