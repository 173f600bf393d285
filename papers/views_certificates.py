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
from papers import certificates
from papers.forms_certificates import CertificateForm


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
    sent: Any = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CertificateForm(*sent, user=request.user)
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            certificates.add(
                form.cleaned_data["certificate"], actor=request.user, person=person,
                body_code=body_code, picture_id=form.cleaned_data["picture"],
            )  # fmt: skip
            messages.success(request, _("The certificate can be signed with now."))
            return redirect(request.path)
    rows = found.select_related("picture").order_by("withdrawn_at", "-valid_to", "pk")
    context = {
        "form": form, "rows": rows, "title": title, "crumbs": crumbs, "now": timezone.now(),
    }  # fmt: skip
    return render(
        request, "papers/certificates.html", context, status=422 if form.is_bound else 200
    )
