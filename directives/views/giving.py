"""`/nhiem-vu/giao/`: tasks are given, and parts of them passed on."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.forms import refusals_in
from common.htmx import Request
from directives.forms.giving import PageForm, SourceForm, wishes_form
from directives.models import Task
from directives.queries import givers
from directives.queries.detail import TaskPage
from directives.services import giving
from directives.views.tasks import visible_task
from organizations.models import Unit


@require_http_methods(["GET", "HEAD", "POST"])
def task_give(request: Request) -> HttpResponse:
    """One or several tasks from one source."""
    units = givers.units_of(request.user)
    if not units:
        raise PermissionDenied(_("Your positions do not include giving or entering tasks."))
    unit = _chosen(units, request.GET.get("don-vi", ""))
    data = request.POST if request.method == "POST" else None
    form = SourceForm(data, unit=unit, user=request.user)
    wishes = wishes_form(data, unit)
    status = 200
    if data is not None:
        status = 422
        if all([form.is_valid(), wishes.is_valid()]):
            done = form.cleaned_data
            people = {"leader_id": done["leader"], "follower_id": done["follower"]}
            wanted = [each.wish(**people) for each in wishes.wishes]
            with refusals_in(form):
                tasks = giving.give(
                    form.source, wanted, actor=request.user, unit_id=unit.pk
                )  # fmt: skip
                return _given(request, tasks)
    context = {"form": form, "wishes": wishes, "units": units, "unit": unit}
    return render(request, "directives/task_give.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def task_pass_on(request: Request, pk: int) -> HttpResponse:
    """The lead gives parts of its task to units below it."""
    task = visible_task(request, pk)
    if not TaskPage(task, request.user).may_pass_on:
        raise PermissionDenied(_("Who directs the lead gives parts of an accepted task to others."))
    data = request.POST if request.method == "POST" else None
    form, wishes = PageForm(data), wishes_form(data, task.lead)
    status = 200
    if data is not None:
        status = 422
        if all([form.is_valid(), wishes.is_valid()]):
            wanted = [each.wish() for each in wishes.wishes]
            token = form.cleaned_data["form_token"]
            with refusals_in(form):
                tasks = giving.pass_on(task.pk, wanted, actor=request.user, form_token=token)
                return _given(request, tasks, task)
    context = {"task": task, "form": form, "wishes": wishes}
    return render(request, "directives/task_pass_on.html", context, status=status)


def _given(request: Request, tasks: list[Task], whole: Task | None = None) -> HttpResponse:
    words = ngettext("%(n)s task is given.", "%(n)s tasks are given.", len(tasks))
    messages.success(request, words % {"n": len(tasks)})
    return redirect("directives:task_detail", pk=(whole or tasks[0]).pk)


def _chosen(units: list[Unit], named: str) -> Unit:
    return next((unit for unit in units if str(unit.pk) == named), units[0])
