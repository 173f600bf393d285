"""The counter: receive, turn away, correct, print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.notes import note_access
from common.htmx import Request, wants_fragment
from common.pages import paginate_keyset, render_page
from common.searches import LOST, has_number, keeps_numbers_private, numbers_joined, words_of
from onestop.forms.correction import CorrectionPage
from onestop.forms.filling import fill_applicant
from onestop.forms.reception import ReceptionPage
from onestop.forms.turn_away import TURN_AWAY
from onestop.models import CounterVisit, Dossier
from onestop.queries import counter, linked
from onestop.services import corrections, linked_reception, reception, visits
from onestop.services.batch_prints import PRINTING
from organizations import access
from papers.models import Form, PrintedForm
from papers.rules import spaced_lookup_number
from papers.services import paper_response, print_form

RECEIVE = "onestop/reception/receive.html"
RECENT = "recent_procedures"  # in the session: codes, newest first


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_receive(request: Request) -> HttpResponse:
    """`/ho-so/tiep-nhan/`: pick a procedure, then the whole reception on one page."""
    access.require_anywhere(request.user, "receive_dossiers")
    day = timezone.localdate()
    counters = counter.counters_of(request.user, day)
    code, desk = request.GET.get("thu-tuc", ""), request.GET.get("quay", "")
    desk_id = int(desk) if desk.isdecimal() else None
    opened = counter.open_procedure(code, counters, day, desk_id) if code else None
    if request.method == "POST":
        if opened is None or request.POST.get("version") != str(opened.version.pk):
            raise reception.ProcedureNotOpen(
                _("This procedure has changed since the page was opened. Choose it again.")
            )
        return _act(request, opened)
    if opened is None:
        return _pick(request, counters, code)
    return render(request, RECEIVE, _shown(ReceptionPage(opened, request.user)))


def _pick(request: Request, counters: list[Any], code: str) -> HttpResponse:
    """The list of procedures; one that is asked for by its code is opened at once."""
    words, day = request.GET.get("q", ""), timezone.localdate()
    matches = counter.find_all(words, counters, day)
    if words and not wants_fragment(request):
        exact = [match for match in matches if match.code == words.strip()]
        if exact or len(matches) == 1:
            return redirect(f"{request.path}?{urlencode({'thu-tuc': (exact or matches)[0].code})}")
    codes = [] if words else request.session.get(RECENT, [])
    recent = counter.find_all("", counters, day, codes=codes) if codes else []
    context = {
        "matches": matches, "recent": recent, "q": words, "counters": counters, "not_open": code,
    }  # fmt: skip
    return render_page(
        request, "onestop/reception/pick.html", "onestop/reception/_matches.html", context
    )


def _act(request: Request, opened: counter.Open) -> HttpResponse:
    """What the pressed button asks for; everything typed stays on the page."""
    act = request.POST.get("act", "fill")
    if act == "accept":
        return _accept(request, opened)
    if act.startswith("turn_") and act in TURN_AWAY:
        return _turn_away(request, opened, act)
    if act == "fill":
        return _fill(request, opened)
    data = request.POST.copy()
    if act == "more":
        data["rows"] = str(ReceptionPage(opened, request.user, data).more_rows)
    page = ReceptionPage(opened, request.user, data, request.FILES, act)
    page.quieten()
    return render_page(request, RECEIVE, "onestop/reception/_sums.html", _shown(page))


def _fill(request: Request, opened: counter.Open) -> HttpResponse:
    filled = fill_applicant(request.POST, request.user, opened.day)
    page = ReceptionPage(opened, request.user, filled.data, request.FILES, "fill")
    page.quieten()
    if filled.source is not None:
        note_access("person.filled", filled.source, user=request.user)
    context = {**_shown(page), "filled": filled}
    return render_page(request, RECEIVE, "onestop/reception/_applicant.html", context)


def _shown(page: ReceptionPage | CorrectionPage) -> dict[str, Any]:
    """`form` is what the layout asks for faults, to say so in the title."""
    return {"page": page, "form": page}


def _accept(request: Request, opened: counter.Open) -> HttpResponse:
    token = request.POST.get("form_token", "")
    before = counter.received_with(token, request.user)
    if before is not None:
        messages.warning(request, _("Someone already did this: the dossier was received before."))
        return _show_received(request, before, status=409)
    page = ReceptionPage(opened, request.user, request.POST, request.FILES, "accept")
    if not page.is_valid():
        return render(request, RECEIVE, _shown(page), status=422)
    dossier = _received(page, opened, request)
    recent = [opened.code, *request.session.get(RECENT, [])]
    request.session[RECENT] = list(dict.fromkeys(recent))[:5]
    for words in page.warnings:
        messages.warning(request, words)
    return redirect("onestop:dossier_received", dossier.code)


def _received(page: ReceptionPage, opened: counter.Open, request: Request) -> Dossier:
    """By the one service or the other."""
    if opened.linked is None:
        return reception.accept(page.facts(), actor=request.user)
    group = opened.linked.group
    return linked_reception.accept_linked(page.facts(), group.pk, actor=request.user)


def _turn_away(request: Request, opened: counter.Open, act: str) -> HttpResponse:
    page = ReceptionPage(opened, request.user, request.POST, request.FILES, act)
    if not page.is_valid() or page.turning is None:
        return render(request, RECEIVE, _shown(page), status=422)
    data = page.turning.cleaned_data
    visit = visits.turn_away(
        actor=request.user, unit_id=opened.counter.pk, version_id=opened.version.pk,
        kind=page.turning.kind, person=page.applicant.facts(), reason=data["reason"],
        items=data.get("items", "").splitlines(),
    )  # fmt: skip
    return redirect("onestop:visit_detail", visit.pk)


@require_safe
def dossier_received(request: Request, code: str) -> HttpResponse:
    """`/ho-so/<mã>/da-nhan/`: code, look-up number, promised date, and what to do next."""
    found = Dossier.objects.visible_to(request.user, "view_dossiers").select_related(
        "procedure", "version", "competent_unit", "group"
    )
    dossier = get_object_or_404(found, code=code)
    note_access("dossier.opened", dossier, user=request.user)
    return _show_received(request, dossier)


def _show_received(request: Request, dossier: Dossier, status: int = 200) -> HttpResponse:
    group = dossier.group
    again = {
        "thu-tuc": group.code if group else dossier.procedure.code,
        "quay": dossier.receiving_unit_id,
    }
    context = {
        "dossier": dossier,
        "lookup": spaced_lookup_number(dossier.lookup_number or ""),
        "papers": counter.forms_of(dossier),
        "parts": linked.parts_of(dossier) if group else [],
        "again": f"{reverse('onestop:dossier_receive')}?{urlencode(again)}",
        "may_receive": access.may(request.user, "receive_dossiers"),
        "may_correct": dossier.closed_at is None
        and access.may(request.user, "receive_dossiers", dossier.receiving_unit_id),
    }
    return render(request, "onestop/reception/received.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_correct(request: Request, code: str) -> HttpResponse:
    """`/ho-so/<mã>/sua/`: what the slip should have said, with the reason; then print it again."""
    dossier = get_object_or_404(
        Dossier.objects.visible_to(request.user, "view_dossiers"), code=code
    )
    access.require(request.user, "receive_dossiers", dossier.receiving_unit_id)
    data = request.POST if request.method == "POST" else None
    page = CorrectionPage(dossier, data)
    if data is None:
        note_access("dossier.opened", dossier, user=request.user)
    if data is not None and page.is_valid():
        corrections.correct(
            dossier.pk, page.facts(), actor=request.user, reason=page.main.cleaned_data["reason"]
        )
        messages.success(request, _("Corrected. Print the slip again and take the old one back."))
        return redirect("onestop:dossier_received", dossier.code)
    status = 200 if data is None else 422
    return render(request, "onestop/reception/correct.html", _shown(page), status=status)


@require_POST
def paper_print(request: Request, code: str, printed_id: int) -> HttpResponse:
    """`/ho-so/<mã>/in/<số>/`: a paper of a dossier as PDF. A receipt gets a new QR each time."""
    dossier = get_object_or_404(
        Dossier.objects.visible_to(request.user, "view_dossiers"), code=code
    )
    units = {dossier.receiving_unit_id, dossier.competent_unit_id, dossier.holder_unit_id}
    reaches = [access.units_where(request.user, permission) for permission in PRINTING]
    if not any(unit_id in reach for reach in reaches for unit_id in units):
        raise PermissionDenied(_("Your positions let you read this dossier, not print its papers."))
    return _print(request, counter.paper_of(dossier, printed_id))


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_numbers_private
def visit_list(request: Request) -> HttpResponse:
    """`/ho-so/luot/`: who was turned away at the counter, newest first, to print again."""
    access.require_anywhere(request.user, "receive_dossiers")
    words = words_of(request)
    rows = counter.visits_of(request.user)
    if words == LOST:
        found, words = rows.none(), ""
    else:
        found = rows.filter(counter.by_words(numbers_joined(words))) if words else rows
    page = paginate_keyset(found, request, order=("-at", "-id"), size=25)
    if has_number(request):
        note_access("visits.searched", request.user, user=request.user,
                    data={"found": [row.pk for row in page.rows]})  # fmt: skip
    return render_page(
        request, "onestop/reception/visit_list.html", "onestop/reception/_visit_rows.html",
        {"page": page, "q": words},
    )  # fmt: skip


@require_safe
def visit_detail(request: Request, pk: int) -> HttpResponse:
    """`/ho-so/luot/<số>/`: what was told to whom, to print."""
    visit = get_object_or_404(counter.visits_of(request.user), pk=pk)
    note_access("visit.opened", visit, user=request.user)
    again = urlencode({"thu-tuc": visit.version.procedure.code, "quay": visit.unit_id})
    context = {"visit": visit, "again": f"{reverse('onestop:dossier_receive')}?{again}"}
    return render(request, "onestop/reception/visit_detail.html", context)


@require_POST
def visit_print(request: Request, pk: int) -> HttpResponse:
    """`/ho-so/luot/<số>/in/`: Mẫu 02 or 03 of a visit as PDF."""
    visits_seen = CounterVisit.objects.visible_to(request.user, "receive_dossiers")
    visit = get_object_or_404(visits_seen.select_related("form"), pk=pk)
    return _print(request, visit.form)


def _print(request: Request, found: PrintedForm | None) -> HttpResponse:
    if found is None:
        raise Http404
    printed = print_form(found.pk, actor=request.user)
    has_qr = printed.form == Form.RECEIPT
    return paper_response(printed, qr_url=qr_url(request, printed.token) if has_qr else "")


def qr_url(request: Request, token: str) -> str:
    """Where the QR of a receipt leads: the public look-up of its dossier."""
    try:
        path = reverse("portal:qr", args=[token])
    except NoReverseMatch:  # an installation without the public pages
        path = f"/t/{token}/"
    return request.build_absolute_uri(path)
