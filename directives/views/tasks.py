"""`/nhiem-vu/`: tasks, from their giving to their end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.notes import note_access
from common.counting import in_words
from common.errors import AlreadyDone
from common.forms import refusals_in
from common.htmx import Request
from common.pages import paginate_keyset, render_page
from directives.forms.ground import TaskAct
from directives.forms.talk import offered
from directives.models import Task
from directives.queries import lists
from directives.queries.detail import TaskPage
from directives.rules import Label
from files.responses import file_response
from organizations import access

LIST, ROWS = "directives/task_list.html", "directives/_task_rows.html"
RELATED = (
    "directive",
    "unit",
    "lead",
    "person",
    "giver",
    "leader",
    "follower",
    "series__stopped_by",
)


def require_sight(request: Request) -> None:
    if not access.may(request.user, lists.SEES):
        raise PermissionDenied(_("Your positions do not include tasks."))


@require_safe
def task_list(request: Request) -> HttpResponse:
    """Mine, of my units, given by us, all; of them those with a label, or with words."""
    require_sight(request)
    today, words, is_cut = timezone.localdate(), request.GET.get("q", "").strip(), False
    view, label = request.GET.get("xem", ""), request.GET.get("nhan", "")
    views = _views(request)
    counts = {} if words else lists.open_counts(request.user, views)
    if view not in views:  # the first that has something in it
        view = next((each for each in views if counts.get(each)), views[0])
    label = label if label in lists.SHOWN_LABELS else ""
    areas, area = lists.areas(today), request.GET.get("linh-vuc", "")
    area = area if area in areas else ""
    if words:
        found, is_cut = lists.search(request.user, words)
    else:
        found = lists.VIEWS[view](request.user)
    if label:
        found = lists.with_label(found, Label(label), today)
    elif not words:
        found = found.open()
    if area:
        found = found.filter(field=area)
    page = paginate_keyset(lists.rows(found), request, order=_order(words, label), size=25)
    lists.tell(page.rows, today)
    context = {
        "page": page, "q": words, "is_cut": is_cut, "view": view, "label": label,
        "tabs": _tabs(counts, view),
        "areas": areas, "area": area,
        "labels": lists.label_choices(today), "may_give": bool(lists.giving_units(request.user)),
        "has_board": bool(lists.giving_units(request.user)) or lists.sees_all(request.user),
    }  # fmt: skip
    return render_page(request, LIST, ROWS, context)


def _order(words: str, label: str) -> tuple[str, ...]:
    """What is finished, the newest first; what is open, the soonest due first."""
    is_open = label in ("", Label.OVERDUE, Label.DUE_SOON, Label.IN_TIME, Label.NO_DUE)
    return lists.ORDER if is_open and not words else lists.NEWEST


def _views(request: Request) -> list[str]:
    """Those that the person has: nobody who gives nothing sees an empty tab, nor who sees all the
    same list twice."""
    left_out = {lists.UNIT} if lists.sees_all(request.user) else set()
    if not lists.giving_units(request.user):
        left_out.add(lists.GIVEN)
    return [view for view in lists.VIEWS if view not in left_out]


def _tabs(counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    """With how many are open in each."""
    words = lists.tab_words()
    return [
        {
            "words": words[view], "url": f"?xem={view}", "tone": "",
            "count": in_words(count), "current": view == current,
        }
        for view, count in counts.items()
    ]  # fmt: skip


def visible_task(request: Request, pk: int) -> Task:
    """The task, or 404 as if it did not exist."""
    found = Task.objects.visible_to(request.user, lists.SEES)
    task: Task = get_object_or_404(found.select_related(*RELATED), pk=pk)
    return task


@require_safe
def task_detail(request: Request, pk: int) -> HttpResponse:
    """`/nhiem-vu/<pk>/`: the whole story."""
    return _detail(request, TaskPage(visible_task(request, pk), request.user))


def _detail(
    request: Request, page: TaskPage, sent: TaskAct | None = None, status: int = 200
) -> HttpResponse:
    """The page; of its forms the one that was sent is shown as it was sent."""
    forms = [kind(page=page) for kind in offered(page)]
    if sent is not None:
        forms = [sent if form.slug == sent.slug else form for form in forms]
    plain = [form for form in forms if not form.place and not form.is_later]
    later = [form for form in forms if form.is_later]
    placed = {form.place: form for form in forms if form.place}
    of_forms = {"forms": plain, "later": later, "placed": placed, "form": sent}
    context = page.context() | of_forms
    return render(request, "directives/task_detail.html", context, status=status)


@require_POST
def task_act(request: Request, pk: int, slug: str) -> HttpResponse:
    """One act of those that the page offers; what is not offered any more happened already."""
    page = TaskPage(visible_task(request, pk), request.user)
    kind = next((each for each in offered(page) if each.slug == slug), None)
    if kind is None:
        raise AlreadyDone
    form = kind(request.POST, request.FILES, page=page)
    if form.is_valid():
        with refusals_in(form):
            form.perform()
            messages.success(request, str(form.done))
            return _after(request, pk)
    fresh = TaskPage(visible_task(request, pk), request.user)
    if kind not in offered(fresh):  # no place to show it on: the page of a refusal keeps the words
        raise AlreadyDone(" ".join(map(str, form.non_field_errors())) or None)
    return _detail(request, fresh, form, status=422)


def _after(request: Request, pk: int) -> HttpResponse:
    """Back to the task; to the list when it is no longer the person's to see."""
    if Task.objects.visible_to(request.user, lists.SEES).filter(pk=pk).exists():
        return redirect("directives:task_detail", pk=pk)
    return redirect("directives:task_list")


@require_safe
def task_file(request: Request, pk: int, order: int) -> FileResponse:
    """A file of it: a download, or with `?xem=1` in the browser."""
    task = visible_task(request, pk)
    found = task.files.select_related("stored").filter(order=order).first()
    if found is None:
        raise Http404
    note_access("file.opened", task, user=request.user, data={"file": found.stored_id})
    return file_response(found.stored, inline="xem" in request.GET)
