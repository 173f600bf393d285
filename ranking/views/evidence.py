"""`…/minh-chung/`: what proves an answer is cited, uploaded, used again, opened, taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.forms import refusals_in
from common.htmx import Request, wants_fragment
from common.text import key_of
from files.responses import file_response
from organizations import access
from ranking import rights
from ranking.forms.evidence import DocumentForm, FilesForm, OneFileForm
from ranking.models import Assessment, Criterion
from ranking.queries.evidence import by_area, opens, usable
from ranking.queries.sheets import Sheet
from ranking.services import evidence
from ranking.services.evidence import DocumentFacts
from ranking.views.parts import SEES, is_open, place_of, scored_node, sees_whole, visible_form


def _page(request: Request, assessment: Assessment, node: Criterion) -> dict[str, Any]:
    """Of one criterion, for who fills in the form or was given this criterion."""
    sheet = Sheet.of(assessment)
    fills = rights.may(request.user, rights.FILL, assessment)
    if not fills and node.pk not in sheet.given_to(request.user.pk):
        if sees_whole(request.user, assessment):
            access.refuse(SEES)
        raise Http404
    others = by_area(sheet, None if fills else request.user.pk, without=node.pk)
    choices = [each for _area, nodes in others for each in nodes]
    item = sheet.items([node])[0]
    item.may_write = is_open(assessment)
    return {
        "assessment": assessment, "node": node, "item": item, "others": others,
        "choices": choices, "is_open": is_open(assessment),
        "usable": usable(request.user, assessment, node) if is_open(assessment) else [],
        "form": DocumentForm(user=request.user, choices=choices),
        "files_form": FilesForm(user=request.user, choices=choices),
        "one_file": OneFileForm(None, None, user=request.user)["upload"],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_add(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    """The evidence of one criterion; a document is cited, with its file if there is one."""
    assessment = visible_form(request, pk)
    node = scored_node(assessment, criterion_pk)
    context = _page(request, assessment, node)
    if request.method != "POST":
        return render(request, "ranking/evidence_add.html", context)
    form = DocumentForm(request.POST, request.FILES, user=request.user, choices=context["choices"])
    if form.is_valid():
        facts = dict(form.cleaned_data)
        scans, others = facts.pop("scan"), facts.pop("criteria")
        with refusals_in(form):
            evidence.cite(
                assessment.pk, DocumentFacts(**facts), actor=request.user,
                criterion_ids=[node.pk, *others], file_id=scans[0] if scans else None,
            )  # fmt: skip
            messages.success(request, _("The evidence is added."))
            return redirect("ranking:evidence_add", pk, criterion_pk)
    return render(request, "ranking/evidence_add.html", context | {"form": form}, status=422)


@require_POST
def evidence_upload(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    """Files as evidence: the good ones are kept, of the others it says why not."""
    assessment = visible_form(request, pk)
    node = scored_node(assessment, criterion_pk)
    choices = _page(request, assessment, node)["choices"]
    form = FilesForm(request.POST, request.FILES, user=request.user, choices=choices)
    kept = form.staged()
    others = form.cleaned_data.get("criteria", [])
    added = evidence.add_files(
        assessment.pk, kept, actor=request.user, criterion_ids=[node.pk, *others]
    )
    if not form.errors:
        words = ngettext("%(n)s file is added.", "%(n)s files are added.", len(added))
        messages.success(request, words % {"n": len(added)})
    for each in added:
        if each.known_as:
            told = _("“%(name)s” is the same file as “%(known)s”, which is here already.")
            messages.warning(request, told % {"name": each.name, "known": each.known_as})
    if not form.errors and not wants_fragment(request):
        return redirect("ranking:evidence_add", pk, criterion_pk)
    context = _page(request, assessment, node)
    context["files_form"] = form if form.errors else context["files_form"]
    name = "ranking/_evidence_page.html" if wants_fragment(request) else "ranking/evidence_add.html"
    context["added"] = [each.evidence for each in added]
    return render(request, name, context, status=422 if form.errors else 200)


@require_POST
def evidence_use(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    """What another criterion cites proves this one, too."""
    assessment = visible_form(request, pk)
    told = (key_of(each) for each in request.POST.getlist("evidence"))
    chosen = [key for key in told if key is not None]
    if not chosen:
        raise DomainError(_("Choose at least one document."))
    evidence.use_again(assessment.pk, chosen, actor=request.user, criterion_id=criterion_pk)
    messages.success(request, _("The evidence is added."))
    return redirect("ranking:evidence_add", pk, criterion_pk)


@require_POST
def evidence_drop(request: Request, pk: int, criterion_pk: int, evidence_pk: int) -> HttpResponse:
    """Take it away from this criterion; others that use it keep it."""
    assessment = visible_form(request, pk)
    node = scored_node(assessment, criterion_pk)
    evidence.take_away(
        assessment.pk, actor=request.user, evidence_id=evidence_pk, criterion_id=node.pk
    )
    messages.success(request, _("The evidence is taken away."))
    if request.POST.get("from") == "area":
        return redirect(place_of(assessment, node))
    return redirect("ranking:evidence_add", pk, criterion_pk)


@require_POST
def evidence_replace(
    request: Request, pk: int, criterion_pk: int, evidence_pk: int
) -> HttpResponse:
    """The file of a document that is cited already, or another in its place."""
    assessment = visible_form(request, pk)
    _page(request, assessment, scored_node(assessment, criterion_pk))
    form = OneFileForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        raise DomainError(" ".join(str(each) for each in form.errors["upload"]))
    evidence.put_file(
        assessment.pk, evidence_pk, actor=request.user, file_id=form.cleaned_data["upload"][0]
    )
    messages.success(request, _("The file is there."))
    return redirect("ranking:evidence_add", pk, criterion_pk)


@require_safe
def evidence_file(request: Request, pk: int, evidence_pk: int) -> FileResponse:
    """The file itself, for the unit, who appraises it and who runs the year."""
    assessment = visible_form(request, pk)
    rows = assessment.evidence.filter(file__isnull=False).select_related("file")
    found = get_object_or_404(rows, pk=evidence_pk)
    if not opens(request.user, assessment, found):
        raise PermissionDenied(
            _("Only the unit, who appraises the criterion and who runs the year open its evidence.")
        )
    return file_response(found.file, inline="xem" in request.GET)
