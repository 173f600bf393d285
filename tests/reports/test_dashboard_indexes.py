"""Lists behind the figures of a whole province come in order out of an index."""

import pytest
from django.db import connection
from django.utils import timezone

from reports import chosen as periods
from reports.queries.dashboard import rows
from reports.queries.dashboard.scope import scope_of
from tests.reports.invented import Inventor


@pytest.mark.parametrize("name", ["nhan", "truc-tuyen"])
def test_what_a_province_received_comes_in_order_from_an_index(scope, town, name):
    Inventor(town, 91).write(50)
    chosen = periods.chosen("2026", timezone.localdate())
    figure, whole = rows.FIGURES[name], scope_of(town.overseer)
    found = rows.dossiers_behind(figure, whole, town.overseer, chosen.period, chosen.today)
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = found.order_by(*figure.order).values("id")[:26].explain()
    assert "dossier_by_accepted" in plan, plan
    assert "Sort" not in plan, plan
