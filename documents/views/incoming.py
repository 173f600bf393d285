"""`/van-ban-den/`: what came in, from the register to its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.notes import note_access
from common.counting import capped_counts, in_words
from common.errors import AlreadyDone
from common.forms import refusals_in
from common.htmx import Request
from common.pages import is_first_page, paginate_keyset, render_page
from common.pdf import PaperResponse
from documents.forms.acts import ActForm
from documents.forms.enter import EnterForm
from documents.forms.offered import offered
from documents.models import Incoming, Registry
from documents.queries import duplicates, lists
from documents.queries.detail import IncomingPage
from documents.services import receiving
from documents.slips import slip_data
from files.responses import file_response
from organizations import access

LIST, ROWS = "documents/incoming_list.html", "documents/_incoming_rows.html"


@require_safe
def incoming_list(request: Request) -> HttpResponse:
    """What is the person's to do, what the registry has to pass on, a register, or a search."""
    if not access.may(request.user, "view_documents"):
        raise PermissionDenied(_("Your positions do not include work on documents."))
    words, is_cut = request.GET.get("q", "").strip(), False
    tabs = {} if words else _tabs(request)  # a search is of all that he sees: nothing to count
    view = request.GET.get("xem", "")
    view = view if view in tabs else lists.first_waiting(tabs)
    registers = _registers(request) if view == lists.REGISTER else []
    registry = _chosen(request, registers)
    if words:
        found, is_cut = lists.search(request.user, words, is_first=is_first_page(request))
    else:
        found = _found(request, view, registry)
    order = lists.NEWEST if words else lists.ORDER[view]
    page = paginate_keyset(found, request, order=order, size=25)
    lists.tell(page.rows, timezone.localdate())
    context = {
        "page": page, "view": "" if words else view, "q": words, "is_cut": is_cut,
        "tabs": [{**tab, "current": name == view} for name, tab in tabs.items()],
        "registers": registers, "registry": registry,
        "may_enter": access.may(request.user, "register_documents"),
        "meetings": _meetings(request) if view == lists.TO_DO and not words else [],
    }  # fmt: skip
    return render_page(request, LIST, ROWS, context)


def _meetings(request: Request) -> list[Incoming]:
    """The next ones, above what is to do."""
    return list(lists.meetings(request.user, timezone.now())[: lists.MOST_MEETINGS])


def _registers(request: Request) -> list[Registry]:
    return lists.registries_of(request.user, "view_registers")


def _chosen(request: Request, registers: list[Registry]) -> Registry | None:
    """The body whose register is read: the one of the address, else the person's own."""
    named = request.GET.get("cua", "")
    return next(
        (each for each in registers if str(each.pk) == named), registers[0] if registers else None
    )


def _found(request: Request, view: str, registry: Registry | None) -> Any:
    if view == lists.REGISTER:
        return lists.register(registry)
    return lists.WAITING[view](request.user)


def _tabs(request: Request) -> dict[str, dict[str, Any]]:
    """Those that the person has; what waits is counted."""
    user, words = request.user, lists.tab_words()
    counted = {lists.TO_DO: lists.waiting_for(user)}
    if access.may(user, "register_documents"):
        counted |= {view: found(user) for view, found in lists.AT_REGISTRY.items()}
    counts = capped_counts(counted)
    shown = [*counted, *([lists.REGISTER] if access.may(user, "view_registers") else [])]
    return {
        name: {
            "words": words[name], "url": f"?xem={name}", "tone": "",
            "count": in_words(counts[name]) if name in counts else None,
        }
        for name in shown
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def incoming_enter(request: Request) -> HttpResponse:
    """A new line of the register; a like document is shown first, and the clerk decides."""
    access.require_anywhere(request.user, "register_documents")
    registries = lists.registries_of(request.user, "register_documents")
    if not registries:
        raise PermissionDenied(_("No register is kept in your units. Ask your administrator."))
    if request.method != "POST":
        form = EnterForm(user=request.user, registries=registries)
        return render(request, "documents/incoming_enter.html", {"form": form})
    form = EnterForm(request.POST, request.FILES, user=request.user, registries=registries)
    if form.is_valid():
        form.double = duplicates.like_letter(form.letter, form.cleaned_data["registry"])
        if {each.pk for each in form.double} <= set(form.cleaned_data["seen"]):
            with refusals_in(form):
                return _entered(request, form)
    return render(request, "documents/incoming_enter.html", {"form": form}, status=422)


def _entered(request: Request, form: EnterForm) -> HttpResponse:
    done = form.cleaned_data
    incoming = receiving.enter(
        form.letter, registry_id=done["registry"], channel=done["channel"], actor=request.user,
        file_ids=done["scans"], arrived_at=form.arrived_at, seen=done["seen"],
        form_token=done["form_token"],
    )  # fmt: skip
    messages.success(
        request, _("Registered under number %(number)s.") % {"number": incoming.arrival_words}
    )
    return redirect("documents:incoming_detail", pk=incoming.pk)


def visible_incoming(request: Request, pk: int) -> Incoming:
    """The document, or 404 as if it did not exist. A page of it leaves a note."""
    found = Incoming.objects.visible_to(request.user, "view_documents")
    related = ("registry__unit", "registered_by", "follower")
    incoming: Incoming = get_object_or_404(found.select_related(*related), pk=pk)
    if request.method != "POST":  # an act is in the audit log itself
        note_access("document.opened", incoming, user=request.user)
    return incoming


@require_safe
def incoming_detail(request: Request, pk: int) -> HttpResponse:
    """`/van-ban-den/<pk>/`."""
    incoming = visible_incoming(request, pk)
    page = IncomingPage(incoming, request.user, check_signatures="chu-ky" in request.GET)
    return _detail(request, page)


def _detail(
    request: Request, page: IncomingPage, sent: ActForm | None = None, status: int = 200
) -> HttpResponse:
    """The page; of its forms the one that was sent is shown as it was sent."""
    forms = [kind(page=page, assignment=assignment) for kind, assignment in offered(page)]
    if sent is not None:
        forms = [sent if form.key == sent.key else form for form in forms]
    context = {**page.context(), "forms": forms, "form": sent}
    return render(request, "documents/incoming_detail.html", context, status=status)


@require_POST
def incoming_act(request: Request, pk: int, slug: str) -> HttpResponse:
    """One act of those that the page offers; what is not offered any more happened already."""
    page = IncomingPage(visible_incoming(request, pk), request.user)
    key = f"{slug}:{request.POST.get('assignment', '')}"
    forms = [
        kind(request.POST, page=page, assignment=assignment)
        for kind, assignment in offered(page)
        if kind.slug == slug
    ]
    form = next((each for each in forms if each.key == key), None)
    if form is None:
        raise AlreadyDone
    if form.is_valid():
        with refusals_in(form):
            form.perform()
            messages.success(request, str(form.done))
            return redirect("documents:incoming_detail", pk=pk)
    fresh = IncomingPage(visible_incoming(request, pk), request.user)
    return _detail(request, fresh, form, status=422)


@require_safe
def incoming_file(request: Request, pk: int, order: int) -> FileResponse:
    """A file of it: a download, or with `?xem=1` in the browser."""
    incoming = visible_incoming(request, pk)
    found = incoming.files.select_related("stored").filter(order=order).first()
    if found is None:
        raise Http404
    note_access("file.opened", incoming, user=request.user, data={"file": found.stored_id})
    return file_response(found.stored, inline="xem" in request.GET)


@require_safe
def incoming_slip(request: Request, pk: int) -> HttpResponse:
    """Phiếu giải quyết văn bản đến (NĐ 30/2020/NĐ-CP Phụ lục IV)."""
    incoming = visible_incoming(request, pk)
    if incoming.number is None:
        raise Http404
    name = f"phieu-giai-quyet-{incoming.number}-{incoming.year}.pdf"
    return PaperResponse("documents/papers/slip.html", slip_data(incoming), filename=name)
