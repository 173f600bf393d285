"""`/van-ban-di/`: outgoing documents, from the first draft to the receivers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.notes import note_access
from common.counting import capped_counts, in_words
from common.errors import AlreadyDone
from common.forms import refusals_in
from common.htmx import Request
from common.pages import is_first_page, paginate_keyset, render_page
from documents.forms.offered_outgoing import offered
from documents.forms.outgoing_acts import OutgoingAct
from documents.issuing import ON_PAPER
from documents.models import Outgoing, Registry
from documents.papers_of import DraftResponse, findings_of, paper_of
from documents.queries import drafters
from documents.queries import outgoing_lists as lists
from documents.queries.lists import first_waiting, registries_of
from documents.queries.outgoing_detail import OutgoingPage
from files.models import StoredFile
from files.responses import file_response
from organizations import access

LIST, ROWS = "documents/outgoing_list.html", "documents/_outgoing_rows.html"
FINDINGS = "documents/outgoing_findings.html"


@require_safe
def outgoing_list(request: Request) -> HttpResponse:
    """What is the person's to do, what waits for the registry, a register, or a search."""
    if not access.may(request.user, "view_documents"):
        raise PermissionDenied(_("Your positions do not include work on documents."))
    words, is_cut = request.GET.get("q", "").strip(), False
    tabs = {} if words else _tabs(request)  # a search is of all that he sees: nothing to count
    view = request.GET.get("xem", "")
    view = view if view in tabs else first_waiting(tabs)
    registers = registries_of(request.user, "view_registers") if view == lists.REGISTER else []
    registry = chosen(registers, request.GET.get("cua", ""))
    if words:
        found, is_cut = lists.search(request.user, words, is_first=is_first_page(request))
    else:
        found = _found(request, view, registry)
    order = lists.NEWEST if words else lists.ORDER[view]
    page = paginate_keyset(found, request, order=order, size=25)
    lists.tell(page.rows, request.user)
    context = {
        "page": page, "view": "" if words else view, "q": words, "is_cut": is_cut,
        "tabs": [{**tab, "current": name == view} for name, tab in tabs.items()],
        "registers": registers, "registry": registry,
        "may_draft": bool(drafters.bodies_of(request.user)),
        "signs_several": sum(row.get("signs", False) for row in page.rows) > 1,
    }  # fmt: skip
    return render_page(request, LIST, ROWS, context)


def chosen(registries: list[Registry], key: str) -> Registry | None:
    """The body that the address names, else the person's own."""
    named = (each for each in registries if str(each.pk) == key)
    return next(named, registries[0] if registries else None)


def _found(request: Request, view: str, registry: Registry | None) -> Any:
    if view == lists.REGISTER:
        return lists.register(registry)
    return QUEUES[view](request.user)


QUEUES = {
    lists.TO_DO: lists.to_do, lists.AT_REGISTRY: lists.at_registry, lists.OF_UNIT: lists.of_units,
}  # fmt: skip
NEEDS = {
    lists.TO_DO: "view_documents", lists.AT_REGISTRY: "register_documents",
    lists.OF_UNIT: "direct_documents", lists.REGISTER: "view_registers",
}  # fmt: skip
COUNTED = {lists.TO_DO: lists.keys_to_do, lists.AT_REGISTRY: lists.waiting_at_registry}


def _tabs(request: Request) -> dict[str, dict[str, Any]]:
    """Those that the person has; what waits is counted."""
    shown = [name for name, permission in NEEDS.items() if access.may(request.user, permission)]
    counts = capped_counts(
        {name: find(request.user) for name, find in COUNTED.items() if name in shown}
    )
    words = lists.tab_words()
    return {
        name: {
            "words": words[name], "url": f"?xem={name}", "tone": "",
            "count": in_words(counts[name]) if name in counts else None,
        }
        for name in shown
    }  # fmt: skip


def visible_outgoing(request: Request, pk: int) -> Outgoing:
    """The document, or 404 as if it did not exist. A page of it leaves a note."""
    found = Outgoing.objects.visible_to(request.user, "view_documents")
    related = ("registry__unit", "unit", "drafter", "signer", "second", "replaces", "refers_to")
    outgoing: Outgoing = get_object_or_404(found.select_related(*related), pk=pk)
    if request.method != "POST":  # an act is in the audit log itself
        note_access("document.opened", outgoing, user=request.user)
    return outgoing


@require_safe
def outgoing_detail(request: Request, pk: int) -> HttpResponse:
    """`/van-ban-di/<pk>/`."""
    return _detail(request, OutgoingPage(visible_outgoing(request, pk), request.user))


def _detail(
    request: Request, page: OutgoingPage, sent: OutgoingAct | None = None, status: int = 200
) -> HttpResponse:
    """The page; of its forms the one that was sent is shown as it was sent."""
    forms = [kind(page=page, row=row) for kind, row in offered(page)]
    if sent is not None:
        forms = [sent if form.key == sent.key else form for form in forms]
    context = {**page.context(), "forms": forms, "form": sent}
    return render(request, "documents/outgoing_detail.html", context, status=status)


@require_POST
def outgoing_act(request: Request, pk: int, slug: str) -> HttpResponse:
    """One act of those that the page offers; what is not offered any more happened already."""
    page = OutgoingPage(visible_outgoing(request, pk), request.user)
    forms = [
        kind(request.POST, request.FILES, page=page, row=row)
        for kind, row in offered(page) if kind.slug == slug
    ]  # fmt: skip
    keys = [f"{slug}:{request.POST.get(form.row_name, '')}" for form in forms]
    form = next((each for each, key in zip(forms, keys, strict=True) if each.key == key), None)
    if form is None:
        raise AlreadyDone
    if form.is_valid():
        with refusals_in(form):
            form.perform()
            messages.success(request, str(form.done))
            return redirect(_after(request, pk))
    fresh = OutgoingPage(visible_outgoing(request, pk), request.user)
    return _detail(request, fresh, form, status=422)


def _after(request: Request, pk: int) -> str:
    """The document, while the person still sees it; what he gave away he may see no more."""
    seen = Outgoing.objects.visible_to(request.user, "view_documents")
    if seen.filter(pk=pk).exists():
        return reverse("documents:outgoing_detail", args=[pk])
    return reverse("documents:outgoing_list")


@require_safe
def outgoing_paper(request: Request, pk: int) -> HttpResponseBase:
    """The document itself: its newest edition, or its newest draft as it would be printed while
    that has no paper: what was sent back is written anew, and its old paper counts no more."""
    outgoing = visible_outgoing(request, pk)
    edition = outgoing.editions.select_related("stored").order_by("-order").first()
    is_current = edition is not None and edition.version == outgoing.version
    if edition is None or not is_current or outgoing.stage not in ON_PAPER:
        return _version(request, OutgoingPage(outgoing, request.user), outgoing.version)
    return _file(request, outgoing, edition.stored)


@require_safe
def outgoing_edition(request: Request, pk: int, order: int) -> HttpResponseBase:
    """The paper as somebody approved, signed or sealed it."""
    page = OutgoingPage(visible_outgoing(request, pk), request.user)
    found = next((each for each in page.editions if each.order == order), None)
    if found is None:
        raise Http404
    return _file(request, page.outgoing, found.stored)


@require_safe
def outgoing_version(request: Request, pk: int, version: int) -> HttpResponseBase:
    """A draft, laid out as it would be printed, or the file that was uploaded."""
    return _version(request, OutgoingPage(visible_outgoing(request, pk), request.user), version)


@require_safe
def outgoing_annex(request: Request, pk: int, order: int) -> HttpResponseBase:
    """A file that goes with the document, sealed where it was."""
    outgoing = visible_outgoing(request, pk)
    annexes: Any = outgoing.annexes.select_related("stored", "sealed")
    if OutgoingPage(outgoing, request.user).is_other_party:
        annexes = annexes.standing()
    found = get_object_or_404(annexes, order=order)
    return _file(request, outgoing, found.sealed or found.stored)


@require_safe
def outgoing_findings(request: Request, pk: int) -> HttpResponse:
    """What an uploaded file lacks of its form; slow, so the page asks for it by itself."""
    outgoing = visible_outgoing(request, pk)
    if OutgoingPage(outgoing, request.user).is_other_party:
        raise Http404
    draft = outgoing.drafts.select_related("uploaded").get(version=outgoing.version)
    context = {"outgoing": outgoing, "findings": findings_of(draft)}
    return render_page(request, FINDINGS, "documents/_findings.html", context)


def _version(request: Request, page: OutgoingPage, version: int) -> HttpResponseBase:
    if page.is_other_party:
        raise Http404
    outgoing = page.outgoing
    draft = get_object_or_404(outgoing.drafts.select_related("uploaded"), version=version)
    if draft.uploaded is not None:
        return _file(request, outgoing, draft.uploaded)
    return DraftResponse(paper_of(outgoing, draft), f"{outgoing.type}-{outgoing.pk}-{version}.pdf")


def _file(request: Request, outgoing: Outgoing, stored: StoredFile) -> HttpResponseBase:
    note_access("file.opened", outgoing, user=request.user, data={"file": stored.pk})
    return file_response(stored, inline="xem" in request.GET)
