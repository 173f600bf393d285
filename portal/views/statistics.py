"""`/thong-ke/`: what was received and finished in a month, as a page, as CSV and as JSON."""

from __future__ import annotations

import csv
import datetime as dt
import io

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from common.pages import CSV, as_file
from common.spreadsheets import harmless
from portal.months import month_of, months
from portal.queries import statistics as queries
from portal.views.public import public
from reports.rules import DEFINITION, By

KEPT_SECONDS = 300
IN_WORDS = {"don-vi": By.AGENCY, "linh-vuc": By.FIELD}


def asked(request: HttpRequest) -> tuple[dt.date, By]:
    """The month and what the rows are; anything unknown is the last month by agency."""
    by = IN_WORDS.get(request.GET.get("theo", ""), By.AGENCY)
    return month_of(request.GET.get("thang", "")), by


@public
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    month, by = asked(request)
    rows = queries.flows(month, by)
    context = {
        "rows": rows, "total": queries.total(rows), "month": month, "months": months(),
        "by": next(word for word, value in IN_WORDS.items() if value == by), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "portal/public/statistics.html", context)


@login_not_required
@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """UTF-8 with a byte order mark, for spreadsheets; the header is `queries.HEADER`."""
    month, by = asked(request)
    target = io.StringIO()
    writer = csv.DictWriter(target, queries.HEADER, lineterminator="\r\n")
    writer.writeheader()
    for row in queries.flows(month, by):
        record = queries.as_record(row, month, by)
        writer.writerow({key: harmless(value) for key, value in record.items()})
    name = f"thong-ke-{month:%Y-%m}-{by.value}.csv"
    return _kept(as_file(target.getvalue().encode("utf-8-sig"), CSV, name))


@login_not_required
@require_safe
def statistics_json(request: HttpRequest) -> HttpResponse:
    """The same rows for machines."""
    month, by = asked(request)
    rows = [queries.as_record(row, month, by) for row in queries.flows(month, by)]
    facts = {
        "province": request.province.code,  # type: ignore[attr-defined]
        "month": f"{month:%Y-%m}", "by": by.value, "definition": DEFINITION,
        "read_at": timezone.localtime().isoformat(timespec="seconds"), "rows": rows,
    }  # fmt: skip
    return _kept(JsonResponse(facts, json_dumps_params={"ensure_ascii": False}))


def _kept(answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, public=True, max_age=KEPT_SECONDS)
    return answer
