"""`/nhiem-vu/giao/`: tasks are given, and parts of them passed on."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from common.forms import refusals_in
from common.htmx import Request
from directives.forms.giving import (
    MOST,
    BaseWishes,
    PageForm,
    SourceForm,
    grown,
    unjudged,
    wishes_form,
)
from directives.models import Task
from directives.queries import givers
from directives.queries.detail import TaskPage
from directives.queries.sources import Quoted, quoted
from directives.services import giving
from directives.views.tasks import visible_task
from organizations.models import Unit

_SOURCE_IS_LOST = gettext_lazy(
    "The document from which these tasks come was taken back meanwhile, or is no longer shown to "
    "you. Look at them again: given now they name it in words alone."
)


@require_http_methods(["GET", "HEAD", "POST"])
def task_give(request: Request) -> HttpResponse:
    """One or several tasks from one source."""
    units = givers.units_of(request.user)
    if not units:
        raise PermissionDenied(_("Your positions do not include giving or entering tasks."))
    unit = _chosen(units, request.GET.get("don-vi", ""))
    data, of = _sent(request), _quoted(request)
    chosen = [*of.chosen.values()] if of and data is None else []
    form = SourceForm(data, unit=unit, user=request.user, quoted=of)
    wishes = wishes_form(data, unit, chosen)
    is_lost = data is not None and of is None and "nguon" in request.GET
    status = 200
    if data is not None and not _is_growing(request, form, wishes):
        status = 422
        if is_lost:
            form.add_error(None, _SOURCE_IS_LOST)
        elif all([form.is_valid(), wishes.is_valid()]):
            done = form.cleaned_data
            people = {"leader_id": done["leader"], "follower_id": done["follower"]}
            wanted = [each.wish(**people) for each in wishes.wishes]
            with refusals_in(form):
                tasks = giving.give(
                    form.source, wanted, actor=request.user, unit_id=unit.pk
                )  # fmt: skip
                return _given(request, tasks)
    context = {
        "form": form, "wishes": wishes, "units": units, "unit": unit, "quoted": of,
        "is_lost": is_lost, "left_out": max(0, len(chosen) - MOST), "most": MOST,
    }  # fmt: skip
    return render(request, "directives/task_give.html", context, status=status)


def _quoted(request: Request) -> Quoted | None:
    """The document that the address names, when the page is asked for with the paragraphs that
    were chosen, or 404 as if it did not exist. What was typed is not lost with it."""
    key = request.GET.get("nguon", "")
    numbers = () if request.method == "POST" else request.GET.getlist("doan")
    found = quoted(request.user, key, numbers) if key else None
    if key and found is None and request.method != "POST":
        raise Http404
    return found


@require_safe
def task_quote(request: Request, kind: str, source: int) -> HttpResponse:
    """`/nhiem-vu/giao/doan/documents.incoming/5/`: which paragraphs of it give tasks."""
    if not givers.units_of(request.user):
        raise PermissionDenied(_("Your positions do not include giving or entering tasks."))
    found = quoted(request.user, f"{kind}:{source}")
    if found is None:
        raise Http404
    context = {"quoted": found, "passages": found.facts.passages()}
    return render(request, "directives/task_quote.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def task_pass_on(request: Request, pk: int) -> HttpResponse:
    """The lead gives parts of its task to units below it."""
    task = visible_task(request, pk)
    if not TaskPage(task, request.user).may_pass_on:
        raise PermissionDenied(_("Who directs the lead gives parts of an accepted task to others."))
    data = _sent(request)
    form, wishes = PageForm(data), wishes_form(data, task.lead, of_parts=True)
    status = 200
    if data is not None and not _is_growing(request, form, wishes):
        status = 422
        if all([form.is_valid(), wishes.is_valid()]):
            wanted = [each.wish() for each in wishes.wishes]
            token = form.cleaned_data["form_token"]
            with refusals_in(form):
                tasks = giving.pass_on(task.pk, wanted, actor=request.user, form_token=token)
                return _given(request, tasks, task)
    context = {"task": task, "form": form, "wishes": wishes}
    return render(request, "directives/task_pass_on.html", context, status=status)


def _sent(request: Request) -> QueryDict | None:
    """What was typed; with room for one task more, when that was asked for."""
    if request.method != "POST":
        return None
    return grown(request.POST) if "them" in request.POST else request.POST


def _is_growing(request: Request, form: PageForm, wishes: BaseWishes) -> bool:
    """The page is shown again with one task more, and nothing is judged yet."""
    if "them" not in request.POST:
        return False
    unjudged(form, wishes)
    return True


def _given(request: Request, tasks: list[Task], whole: Task | None = None) -> HttpResponse:
    words = ngettext("%(n)s task is given.", "%(n)s tasks are given.", len(tasks))
    messages.success(request, words % {"n": len(tasks)})
    return redirect("directives:task_detail", pk=(whole or tasks[0]).pk)


def _chosen(units: list[Unit], named: str) -> Unit:
    return next((unit for unit in units if str(unit.pk) == named), units[0])
