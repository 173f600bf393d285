"""`/van-ban/ty-le/`: how much of the documents goes through the portal as it should, body by body
(QĐ 2947/QĐ-UBND Khánh Hòa 2016 Điều 9.2), with the rows behind each figure."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import paginate_keyset
from documents.forms.shares import DaysForm
from documents.models import Registry
from documents.queries import lists, outgoing_lists
from documents.queries.shares import SHARES, Counts, counted
from organizations import access

NEEDED = ("view_reports", "view_registers")  # either


@require_safe
def share_page(request: Request) -> HttpResponse:
    """One row for each body whose figures the person may see, and their sum."""
    registries, form = _registries(request), DaysForm(request.GET)
    context: dict[str, Any] = {"form": form, "shares": SHARES.values()}
    if form.is_valid():
        found = counted(form.days, [each.pk for each in registries])
        rows = [{"registry": each, "cells": _cells(found[each.pk])} for each in registries]
        context |= {"rows": rows, "address": form.address}
        if len(rows) > 1:
            context["whole"] = _cells(_sum(found))
    return render(request, "documents/shares.html", context)


@require_safe
def share_rows(request: Request, pk: int, name: str) -> HttpResponse:
    """Behind a figure: what does not count, or all of it; those that the person may see."""
    registry = next((each for each in _registries(request) if each.pk == pk), None)
    key = f"documents.{name.replace('-', '_')}"
    form, share = DaysForm(request.GET), SHARES.get(key)
    if registry is None or share is None or not form.is_valid():
        raise Http404
    only_missing = request.GET.get("xem") != "tat-ca"
    found = share.of(form.days, pk, only_missing=only_missing)
    of: Any = lists if share.is_incoming else outgoing_lists
    page = paginate_keyset(of.seen_of(found, request.user), request, order=of.NEWEST, size=25)
    of.tell(page.rows, timezone.localdate() if share.is_incoming else request.user)
    good, whole = counted(form.days, [pk])[pk][key]
    context = {
        "page": page, "registry": registry, "share": share, "view": "", "days": form.days,
        "count": whole - good if only_missing else whole,
        "tabs": _tabs(form.address, only_missing=only_missing), "address": form.address,
    }  # fmt: skip
    return render(request, "documents/share_rows.html", context)


def _registries(request: Request) -> list[Registry]:
    if not any(access.may(request.user, name) for name in NEEDED):
        raise PermissionDenied(_("Your positions do not include reports on documents."))
    found = {each.pk: each for name in NEEDED for each in lists.registries_of(request.user, name)}
    return sorted(found.values(), key=lambda each: (each.name, each.pk))


def _cells(counts: Counts) -> list[dict[str, Any]]:
    """Of each share its figure in words, and the name of it in addresses."""
    return [
        {
            "slug": name.split(".")[1].replace("_", "-"), "short": SHARES[name].short,
            "good": good, "whole": whole, "percent": percent(good, whole), "is_all": good == whole,
        }
        for name, (good, whole) in counts.items()
    ]  # fmt: skip


def percent(good: int, whole: int) -> str:
    """Rounded down to one decimal: what is not all is never shown as 100 %."""
    tenths = good * 1000 // whole if whole else 0
    return f"{tenths // 10},{tenths % 10} %" if tenths % 10 else f"{tenths // 10} %"


def _sum(found: dict[int, Counts]) -> Counts:
    return {
        name: (sum(each[name][0] for each in found.values()),
               sum(each[name][1] for each in found.values()))
        for name in SHARES
    }  # fmt: skip


def _tabs(address: str, *, only_missing: bool) -> list[dict[str, Any]]:
    words = {"": _("Not reached"), "tat-ca": _("All of them")}
    return [
        {"words": text, "url": f"?{address}&xem={view}", "tone": "", "count": None,
         "current": only_missing == (view == "")}
        for view, text in words.items()
    ]  # fmt: skip
