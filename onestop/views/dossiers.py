"""The work queue, one dossier, and the acts on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.notes import note_access
from common.counting import capped_counts, in_words
from common.errors import AlreadyDone, DomainError
from common.htmx import Request
from common.pages import paginate_keyset, render_page
from common.searches import data_of, has_number, keeps_numbers_private
from files.responses import file_response
from onestop import presence
from onestop.forms.acts import ActForm, NoteForm
from onestop.forms.queue import AnswerForm, QueueForm
from onestop.models import Dossier, DossierFile, Opinion
from onestop.queries import dossiers as queries
from onestop.queries import saved_views
from onestop.queries.detail import ACT_OF_SLUG, DossierPage, noting_rounds
from onestop.services import opinions
from onestop.views.scans import opens_scanned_slips
from onestop.views.traces import note_found
from organizations import access


@require_safe
@opens_scanned_slips
@keeps_numbers_private
def dossier_list(request: Request) -> HttpResponse:
    """`/ho-so/`: the queue of the person's units, one of its views, filtered by the address."""
    if not access.may(request.user, "view_dossiers"):
        raise PermissionDenied(_("Your positions do not include work on dossiers."))
    form = QueueForm(data_of(request))
    queue = Dossier.objects.held_by_units_of(request.user, "view_dossiers")
    view = form.view
    today = timezone.localdate()
    found = form.narrow(queries.view_of(queue, view, today), request.user)
    page = paginate_keyset(
        queries.rows(found), request, order=queries.order_of(view), size=form.size
    )
    queries.with_deadlines(page.rows)
    if has_number(request):
        note_found(request, page.rows)
    context = {
        "page": page, "form": form, "view": view, "hidden": {"xem": view},
        "clear": f"?xem={view}", "tabs": _tabs(queue, view, today),
        "may_receive": access.may(request.user, "receive_dossiers"),
        "may_export": access.may(request.user, "export_dossiers"),
        "saved": saved_views.links(request.user, request.GET.get("khung", "")),
        "to_save": saved_views.kept_of(request.GET).urlencode() if form.is_filtered else "",
        "may_assign": access.may(request.user, "assign_dossiers"),
    }  # fmt: skip
    return render_page(request, "onestop/dossier_list.html", "onestop/_dossier_rows.html", context)


def _tabs(queue: Any, current: str, today: Any) -> list[dict[str, Any]]:
    """The built-in views with their counts; the finished ones are not counted."""
    counted = [name for name in queries.VIEWS if name != "da-xong"]
    counts = capped_counts({name: queries.view_of(queue, name, today) for name in counted})
    words = queries.view_words()
    return [
        {
            "words": words[name],
            "url": f"?xem={name}",
            "current": name == current,
            "count": in_words(counts[name]) if name in counts else None,
            "tone": "overdue" if name == "qua-han" and counts[name] else "",
        }
        for name in queries.VIEWS
        if name != "moi" or counts[name] or name == current
    ]


def visible_dossier(request: HttpRequest, code: str) -> Dossier:
    """The dossier, or 404 as if it did not exist. A page of it leaves a note."""
    dossiers = Dossier.objects.visible_to(request.user, "view_dossiers")  # type: ignore[arg-type]
    dossier: Dossier = get_object_or_404(noting_rounds(dossiers), code=code)
    if request.method != "POST":  # an act is in the audit log itself
        note_access("dossier.opened", dossier, user=request.user)
    return dossier


def dossier_to_act_on(
    request: Request, code: str, *, lock: bool = True, form_page: FormPage | None = None
) -> Dossier:
    """The same for an act: when it is done, locked from here on, so that page and service see one
    state; when it is refused, shown as it is then."""
    request.conflict_page = fresh_state(code, form_page)  # type: ignore[attr-defined]
    if request.method == "POST" and lock:
        return held(request, code)
    return visible_dossier(request, code)


def held(request: Request, code: str) -> Dossier:
    """Locked, and what was read of it before is read anew."""
    dossiers = Dossier.objects.visible_to(request.user, "view_dossiers")
    try:
        return noting_rounds(dossiers).hold(code)
    except Dossier.DoesNotExist as fault:
        raise Http404 from fault


@require_safe
def dossier_detail(request: Request, code: str) -> HttpResponse:
    """`/ho-so/<code>/`."""
    return _detail(request, visible_dossier(request, code))


def _detail(
    request: Request, dossier: Dossier, status: int = 200, typed: list[str] | None = None
) -> HttpResponse:
    page = DossierPage(dossier, request.user)
    note = NoteForm(dossier=dossier, run=None, user=request.user)
    context = {**page.context(), "note_form": note, "answer_form": AnswerForm(), "typed": typed}
    return render(request, "onestop/dossier_detail.html", context, status=status)


FormPage = Callable[[Request, DossierPage, DomainError], HttpResponse]
# Choices, numbers, dates and tokens of a form are one such word; what people write is not
NOT_WRITTEN = re.compile(r"[A-Za-z0-9_.,:/+=@-]*")


def fresh_state(code: str, form_page: FormPage | None = None) -> Any:
    """What a refused act answers: 409 and the sentence.

    With `form_page` the form again as it was filled in, files excepted, as long as the person may
    still act at that step; else the dossier as it is now, beside it the sentences that were typed.
    Choices, numbers, dates and what is one plain word (`NOT_WRITTEN`) are gone then.
    """

    def page(request: Request, error: DomainError) -> HttpResponse:
        dossier = visible_dossier(request, code)
        note_access("dossier.opened", dossier, user=request.user)
        is_open = not isinstance(error, AlreadyDone) and _is_of_step(request, dossier)
        if form_page and is_open:
            with suppress(LookupError):
                return form_page(request, DossierPage(dossier, request.user), error)
        messages.error(request, str(error))
        values = [value.strip() for values in request.POST.lists() for value in values[1]]
        typed = [value for value in values if not NOT_WRITTEN.fullmatch(value)]
        return _detail(request, dossier, status=409, typed=typed)

    return page


def refused(form: ActForm, request: Request, error: DomainError) -> ActForm:
    """The form with the sentence as its only error. Files that came with it have to come again."""
    form.refuse(str(error))
    if request.FILES:
        form.add_error(None, _("Choose the files again: nothing was saved."))
    return form


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_act(request: Request, code: str, slug: str) -> HttpResponse:
    """`/ho-so/<code>/<act>/`: one act, its form, and after it the dossier.

    Who sends files has them checked and stored first, when he may act; nobody waits for that.
    """
    name = ACT_OF_SLUG.get(slug)
    if name is None:
        raise Http404
    has_files = bool(request.FILES)
    dossier = dossier_to_act_on(request, code, lock=not has_files, form_page=_refused_act(name))
    page = DossierPage(dossier, request.user)
    try:
        form = page.form(name, *([request.POST, request.FILES] if request.method == "POST" else []))
    except LookupError:
        return _not_possible(request, page, name)
    if request.method == "POST":
        require_same_step(request, dossier)
        if form.is_valid():
            if has_files:
                require_same_step(request, held(request, code))
            form.perform()
            presence.leave(dossier.pk, request.user)
            messages.success(request, str(form.done))
            return redirect("onestop:dossier_detail", code=code)
    return _act_page(request, page, form, 422 if form.is_bound else 200)


def _act_page(request: Request, page: DossierPage, form: ActForm, status: int) -> HttpResponse:
    context = {
        "dossier": page.dossier, "form": form, "page": page, "deadline": None,
        "others_here": presence.others_at(page.dossier.pk, request.user),
    }  # fmt: skip
    return render(request, "onestop/dossier_act.html", context, status=status)


def _refused_act(name: str) -> FormPage:
    def again(request: Request, page: DossierPage, error: DomainError) -> HttpResponse:
        form = refused(page.form(name, request.POST), request, error)
        return _act_page(request, page, form, 409)

    return again


def _is_of_step(request: Request, dossier: Dossier) -> bool:
    return request.POST.get("step", "") == str(dossier.step_id or "")


def require_same_step(request: Request, dossier: Dossier) -> None:
    """The page was made for a step; when that is no longer the open one, somebody was faster."""
    if not _is_of_step(request, dossier):
        raise AlreadyDone


# Who holds none of these reads only: nothing that he asks for was done by somebody faster
WORKING = (
    "receive_dossiers", "process_dossiers", "assign_dossiers", "approve_dossiers",
    "release_results", "return_results",
)  # fmt: skip


def _not_possible(request: Request, page: DossierPage, name: str) -> HttpResponse:
    """Visible but not to be done: 409 when the state has moved on, else 403 with the reason."""
    if not any(access.may(request.user, permission) for permission in WORKING):
        raise PermissionDenied(_("Your positions do not allow this act on this dossier."))
    why = page.why_not(name)
    if request.method == "POST":
        raise why
    if page.acts or page.dossier.closed_at:
        messages.error(request, str(why))
        return redirect("onestop:dossier_detail", code=page.dossier.code)
    raise PermissionDenied(_("Your positions do not allow this act on this dossier."))


@require_POST
def dossier_note(request: Request, code: str) -> HttpResponse:
    dossier = visible_dossier(request, code)
    request.conflict_page = fresh_state(code)  # type: ignore[attr-defined]
    form = NoteForm(request.POST, dossier=dossier, run=None, user=request.user)
    if form.is_valid():
        form.perform()
        messages.success(request, str(form.done))
    else:
        messages.error(request, _("Write the note."))
    return redirect("onestop:dossier_detail", code=code)


@require_POST
def opinion_answer(request: Request, code: str, opinion_id: int) -> HttpResponse:
    dossier = visible_dossier(request, code)
    opinion: Opinion = get_object_or_404(dossier.opinions, pk=opinion_id)
    request.conflict_page = fresh_state(code)  # type: ignore[attr-defined]
    form = AnswerForm(request.POST)
    if form.is_valid():
        opinions.answer_opinion(opinion.pk, actor=request.user, answer=form.cleaned_data["answer"])
        messages.success(request, _("The opinion is given."))
    else:
        messages.error(request, _("Write the answer."))
    return redirect("onestop:dossier_detail", code=code)


@require_safe
def dossier_file(request: Request, code: str, file_id: int) -> HttpResponse:
    """`/ho-so/<code>/tep/<id>/`: a file of a visible dossier; `?xem=1` shows it in the browser."""
    dossiers = Dossier.objects.visible_to(request.user, "view_dossiers")
    dossier = get_object_or_404(dossiers, code=code)
    found: DossierFile = get_object_or_404(dossier.files.select_related("stored"), pk=file_id)
    note_access("file.opened", dossier, user=request.user, data={"file": found.pk})
    return file_response(found.stored, inline="xem" in request.GET)  # type: ignore[return-value]
