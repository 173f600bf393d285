"""`/ho-so/<mã>/soan-ket-qua/`: a draft result from a template; and the numbered result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.notes import note_access
from common.htmx import Request
from common.pdf import PaperResponse
from onestop.forms.result_drafts import ResultForm
from onestop.models import Dossier
from onestop.queries.detail import DossierPage
from onestop.services import processing, result_drafts
from onestop.services.result_drafts import Written
from onestop.views.dossiers import dossier_to_act_on, require_same_step, visible_dossier
from papers.form_words import templates_on
from papers.models import FormWords
from papers.services import RESULT_TEMPLATE


@require_http_methods(["GET", "HEAD", "POST"])
def result_write(request: Request, code: str) -> HttpResponse:
    """Choose a template, change its text, look, keep it as the draft."""
    dossier = dossier_to_act_on(request, code, lock=False)  # a PDF is made before the lock
    page = DossierPage(dossier, request.user)
    if "add_draft" not in page.names:
        raise PermissionDenied(_("Your positions do not allow this act on this dossier."))
    templates = templates_on(dossier.procedure.code, timezone.localdate())
    chosen = _chosen(request, templates)
    if chosen is None:
        return render(request, "onestop/result_templates.html",
                      {"dossier": dossier, "templates": templates})  # fmt: skip
    words = result_drafts.started_words(dossier, chosen.as_words())
    form = ResultForm(request.POST if request.method == "POST" else None, words=words)
    context: dict[str, Any] = {
        "dossier": dossier, "page": page, "form": form, "chosen": chosen, "templates": templates,
    }  # fmt: skip
    if form.is_bound and form.is_valid():
        words = result_drafts.rewritten(words, **form.texts())
        if "keep" in request.POST:
            return _kept(request, dossier, Written(words, {}, chosen.pk))
        context["paper"] = result_drafts.letter(words, result_drafts.head_of(dossier))
    status = 422 if form.errors else 200
    return render(request, "onestop/result_write.html", context, status=status)


def _chosen(request: Request, templates: list[FormWords]) -> FormWords | None:
    wanted = request.GET.get("mau", "")
    return next((row for row in templates if str(row.pk) == wanted), None)


def _kept(request: Request, dossier: Dossier, written: Written) -> HttpResponse:
    require_same_step(request, dossier)
    head = result_drafts.head_of(dossier)
    stored = result_drafts.stored_draft(dossier, written.words, head, actor=request.user)
    processing.add_draft(
        dossier.pk, actor=request.user, file_ids=[stored],
        written=Written(written.words, head, written.template_id),
    )  # fmt: skip
    messages.success(request, _("The draft is on the dossier."))
    return redirect("onestop:dossier_detail", code=dossier.code)


@require_safe
def result_letter(request: Request, code: str) -> HttpResponse:
    """`/ho-so/<mã>/ket-qua.pdf`: the released result with its number and date."""
    dossier = visible_dossier(request, code)
    paper = result_drafts.letter_of(dossier)
    if paper is None:
        raise Http404
    note_access("file.opened", dossier, user=request.user, data={"file": "result"})
    return PaperResponse(RESULT_TEMPLATE, paper, f"ket-qua-{dossier.code}.pdf")
