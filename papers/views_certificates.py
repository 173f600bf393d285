"""`/chung-thu-so/`: with which certificates a person signs. The page of a body's is the same."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.forms import refusals_in
from common.htmx import Request
from organizations.models import User
from papers import certificates, remote
from papers.forms_certificates import CertificateForm, PictureForm, RemoteCertificateForm


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_list(request: Request) -> HttpResponse:
    """One's own."""
    return page_of(request, person=request.user, title=_("My certificates"))


def page_of(
    request: Request, *, title: str, person: User | None = None, body_code: str = "",
    crumbs: tuple[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Those of a person or a body, with the form for another; `withdraw` names one that goes.

    The caller has asked whether this person may. `crumbs`: words and address of the page above.
    """
    found = certificates.of_person(person) if person else certificates.of_body(body_code)
    if request.method == "POST" and "withdraw" in request.POST:
        pk = request.POST["withdraw"]
        row = get_object_or_404(found, pk=pk if pk.isdecimal() else 0)
        certificates.withdraw(row.pk, actor=request.user)
        messages.success(request, _("Nobody signs with it any more. What was signed holds."))
        return redirect(request.path)
    asks = _form(request, CertificateForm, "certificate")
    asks_service = _form(request, RemoteCertificateForm, "credential") if remote.account() else None
    owner: dict[str, Any] = {"actor": request.user, "person": person, "body_code": body_code}
    for form, add, name in (
        (asks, certificates.add, "certificate"), (asks_service, remote.add, "credential"),
    ):  # fmt: skip
        if form is not None and form.is_bound and form.is_valid():
            told = form.cleaned_data
            with refusals_in(form):
                add(told[name], picture_id=told["picture"], **owner)
                messages.success(request, _("The certificate can be signed with now."))
                return redirect(request.path)
    rows = found.select_related("picture").order_by("withdrawn_at", "-valid_to", "pk")
    context = {
        "form": asks, "service_form": asks_service, "rows": rows, "title": title, "crumbs": crumbs,
        "now": timezone.now(),
    }  # fmt: skip
    return render(
        request,
        "papers/certificates.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


def _form(request: Request, kind: type[PictureForm], name: str) -> PictureForm:
    """The form of this kind, with what was sent if it is the one that was."""
    is_service = "credential" in request.POST
    if request.method == "POST" and is_service == (name == "credential"):
        return kind(request.POST, request.FILES, user=request.user)
    return kind(user=request.user, auto_id=f"id_{name}_%s" if name == "credential" else "id_%s")
