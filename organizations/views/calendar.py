"""`/quan-tri/lich/`: dates off, make-up days, weekly sessions, and the dated rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.htmx import Request
from common.working_time import DEFAULT_PATTERN
from organizations import access, calendars, rulesets
from organizations.forms.calendar import ConfirmationForm, EntryForm, PatternForm, RemovalForm
from organizations.forms.rules import RulesForm
from organizations.queries import calendar_of_year, patterns, stored_rules
from organizations.rulesets import words as rule_words

YEARS = range(2020, 2100)


def _require(request: HttpRequest) -> None:
    if not access.may(request.user, "manage_calendar"):  # type: ignore[arg-type]
        raise PermissionDenied(_("Your positions do not include the calendar."))


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("nam") or request.POST.get("nam") or ""
    year = int(asked) if asked.isdecimal() else timezone.localdate().year
    return year if year in YEARS else timezone.localdate().year


@require_safe
def calendar(request: Request) -> HttpResponse:
    """One year: its dates, what waits for confirmation, and the weekly sessions."""
    _require(request)
    return _page(request, EntryForm(), 200)


def _page(request: Request, form: EntryForm, status: int) -> HttpResponse:
    year = _year(request)
    entries = calendar_of_year(year)
    context = {
        "year": year, "before": year - 1, "after": year + 1, "entries": entries, "form": form,
        "unconfirmed": sum(not entry.confirmed for entry in entries),
        "confirmation": ConfirmationForm(), "patterns": patterns(),
        "default": DEFAULT_PATTERN.as_data(),
    }  # fmt: skip
    return render(request, "organizations/calendar.html", context, status=status)


def _back(year: int) -> HttpResponse:
    response = redirect("organizations:calendar")
    response["Location"] += f"?nam={year}"
    return response


@require_POST
def calendar_set(request: Request) -> HttpResponse:
    _require(request)
    form = EntryForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    data: dict[str, Any] = dict(form.cleaned_data)
    day: dt.date = data.pop("date")
    calendars.set_calendar_entry(day, actor=request.user, **data)
    messages.success(request, _("The calendar is changed. Open dossiers are computed anew."))
    return _back(day.year)


@require_POST
def calendar_remove(request: Request, day: str) -> HttpResponse:
    _require(request)
    form = RemovalForm(request.POST)
    try:
        date = dt.date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    if not form.is_valid():
        messages.error(request, _("Say why the date is taken out."))
        return _back(date.year)
    calendars.remove_calendar_entry(date, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("The date is out of the calendar."))
    return _back(date.year)


@require_POST
def calendar_propose(request: Request) -> HttpResponse:
    _require(request)
    year = _year(request)
    added = calendars.propose_year(year, actor=request.user)
    words = ngettext("%(n)s date proposed.", "%(n)s dates proposed.", len(added))
    messages.success(request, words % {"n": len(added)})
    return _back(year)


@require_POST
def calendar_confirm(request: Request) -> HttpResponse:
    _require(request)
    year, form = _year(request), ConfirmationForm(request.POST)
    if form.is_valid():
        calendars.confirm_year(year, actor=request.user, source=form.cleaned_data["source"])
        messages.success(request, _("The year is confirmed."))
    else:
        messages.error(request, _("Name the official notice that fixes these dates."))
    return _back(year)


@require_http_methods(["GET", "HEAD", "POST"])
def pattern_change(request: Request) -> HttpResponse:
    """New weekly sessions of the province or of a unit."""
    _require(request)
    data = [request.POST] if request.method == "POST" else []
    form = PatternForm(*data, user=request.user, pattern=DEFAULT_PATTERN)
    if form.is_bound and form.is_valid():
        found = form.cleaned_data
        calendars.change_work_pattern(
            found["unit"], actor=request.user, valid_from=found["valid_from"],
            pattern=found["pattern"], source=found["source"],
        )  # fmt: skip
        messages.success(request, _("The sessions are changed."))
        return redirect("organizations:calendar")
    title = _("Weekly sessions")
    return render(request, "organizations/calendar_form.html", {"form": form, "title": title},
                  status=422 if form.is_bound else 200)  # fmt: skip


@require_safe
def rules_list(request: Request) -> HttpResponse:
    """`/quan-tri/quy-tac/`: every kind of dated rules with what holds today."""
    _require(request)
    today = timezone.localdate()
    kinds = [_kind(key, today) for key in rulesets.REGISTRY]
    return render(request, "organizations/rules_list.html", {"kinds": kinds})


def _kind(key: str, day: dt.date) -> dict[str, Any]:
    found = rulesets.in_force(key, day)
    return {
        "key": key, "words": rule_words.kind_words(key), "stored": [
            {"valid_from": row.valid_from, "words": rule_words.source_words(row.source)}
            for row in stored_rules(key)
        ],
        "source": rule_words.source_words(found.source),
        "values": [
            (rule_words.label(name), rule_words.value_words(name, value), rule_words.help_of(name))
            for name, value in rulesets.as_data(found.values).items()
        ],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def rules_change(request: Request, key: str) -> HttpResponse:
    """New values of one kind from a day on."""
    _require(request)
    if key not in rulesets.REGISTRY:
        raise Http404
    kind = rulesets.REGISTRY[key]
    values = rulesets.rules(kind, timezone.localdate())
    data = [request.POST] if request.method == "POST" else []
    form = RulesForm(*data, kind=kind, values=values)
    if form.is_bound and form.is_valid():
        found = form.cleaned_data
        rulesets.change_rules(
            key, actor=request.user, valid_from=found["valid_from"], values=form.values(),
            source=found["source"],
        )  # fmt: skip
        messages.success(request, _("The rules are changed."))
        return redirect("organizations:rules_list")
    title = rule_words.kind_words(key)
    return render(request, "organizations/calendar_form.html", {"form": form, "title": title},
                  status=422 if form.is_bound else 200)  # fmt: skip
