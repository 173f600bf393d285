"""`/duyet/`: what waits for a decision; draft on the left, decision on the right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import AlreadyDone, DomainError
from common.htmx import Request
from common.pages import paginate_keyset
from onestop import presence
from onestop.forms.acts import ActForm, ApproveForm, SendBackForm
from onestop.forms.picks import picks_of
from onestop.forms.queue import SinceForm
from onestop.models import Dossier
from onestop.queries import dossiers as queries
from onestop.queries.detail import DossierPage
from onestop.services import processing
from onestop.views.bulk import most_at_once
from onestop.views.dossiers import dossier_to_act_on, refused, require_same_step
from organizations import access, fields


def _require_approver(request: Request) -> None:
    if not access.may(request.user, "approve_dossiers"):
        raise PermissionDenied(_("Your positions do not include approving."))


@require_safe
def approval_list(request: Request) -> HttpResponse:
    """The approval queue, soonest due first; the same kind can be approved together."""
    _require_approver(request)
    form = SinceForm(request.GET)
    page = paginate_keyset(queries.rows(form.narrow(queries.to_decide(request.user))), request)
    queries.with_deadlines(page.rows)
    context = {
        "page": page, "form": form, "no_field_left": fields.are_none_left(request.user),
    }  # fmt: skip
    return render(request, "onestop/approval_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def approval_decide(request: Request, code: str) -> HttpResponse:
    """One decision: approve, or return with a reason."""
    dossier = dossier_to_act_on(request, code, form_page=_refused_decision)
    page = DossierPage(dossier, request.user)
    if "decide" not in page.names:
        _require_approver(request)
        if request.method == "POST":
            raise AlreadyDone
        return redirect("onestop:dossier_detail", code=code)
    approve, send_back, form = _forms(request, page)
    if request.method == "POST":
        require_same_step(request, dossier)
        if form.is_valid():
            form.perform()
            presence.leave(dossier.pk, request.user)
            messages.success(request, f"{code}: {form.done}")
            return redirect("onestop:approval_list")
    return _decision(request, page, approve, send_back, 422 if form.is_bound else 200)


def _forms(request: Request, page: DossierPage) -> tuple[ActForm, ActForm, ActForm]:
    """To approve, to return, and the one of both that was sent."""
    returning = request.POST.get("decision") == "return"
    data = [request.POST] if request.method == "POST" else []
    known: dict[str, Any] = {"dossier": page.dossier, "run": page.run, "user": request.user}
    approve = ApproveForm(*([] if returning else data), prefix="approve", **known)
    send_back = SendBackForm(*(data if returning else []), prefix="return", **known)
    return approve, send_back, send_back if returning else approve


def _decision(
    request: Request, page: DossierPage, approve: ActForm, send_back: ActForm, status: int
) -> HttpResponse:
    context = {
        **page.context(), "approve": approve, "send_back": send_back, "page": page,
        "others_here": presence.others_at(page.dossier.pk, request.user),
    }  # fmt: skip
    return render(request, "onestop/approval_decide.html", context, status=status)


def _refused_decision(request: Request, page: DossierPage, error: DomainError) -> HttpResponse:
    if "decide" not in page.names:
        raise LookupError("decide")
    approve, send_back, form = _forms(request, page)
    refused(form, request, error)
    return _decision(request, page, approve, send_back, 409)


@require_POST
def approval_bulk(request: Request) -> HttpResponse:
    """First a page that lists what will be approved, then the outcome of each."""
    _require_approver(request)
    picks = picks_of(request.POST.getlist("picks"), most_at_once())
    if not picks:
        messages.error(request, _("Tick at least one dossier first."))
        return redirect("onestop:approval_list")
    found = queries.rows(queries.to_decide(request.user).filter(pk__in=picks)).order_by(
        "procedure_code", "id"
    )
    rows = [
        row for row in queries.with_deadlines(list(found)) if row["step_id"] == picks[row["id"]]
    ]
    if "confirmed" not in request.POST:
        context = {"rows": rows, "missing": len(picks) - len(rows),
                   "kinds": len({row["procedure_code"] for row in rows})}  # fmt: skip
        return render(request, "onestop/approval_bulk.html", context)
    if len({row["procedure_code"] for row in rows}) > 1:
        messages.error(request, _("Approve dossiers of one procedure at a time."))
        return redirect("onestop:approval_list")
    seen = Dossier.objects.visible_to(request.user, "view_dossiers").filter(pk__in=picks)
    chosen = {pk: picks[pk] for pk in seen.values_list("pk", flat=True)}
    outcomes = processing.approve_many(chosen.items(), actor=request.user)
    refused = [one for one in outcomes if one.refusal]
    context = {"outcomes": outcomes, "good": len(outcomes) - len(refused), "refused": len(refused)}
    return render(request, "onestop/approval_outcome.html", context)
