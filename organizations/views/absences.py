"""Away, and back: of one's own account, and by a head for an official."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.htmx import Request
from organizations import absences
from organizations.forms.absences import AbsenceForm
from organizations.models import User
from organizations.services import absences as services
from organizations.views.people import form_view, render_form


@form_view
def absence_own(request: Request) -> HttpResponse:
    """`/tai-khoan/vang-mat/`."""
    return _absence_form(request, request.user, "organizations:absence_own")


@form_view
def absence_record(request: Request, pk: int) -> HttpResponse:
    """`/phan-cong/vang-mat/<person>/`: of an official whose work one assigns."""
    person = get_object_or_404(absences.people_of(request.user), pk=pk)
    return _absence_form(request, person, "organizations:absence_record", pk=person.pk)


def _absence_form(request: Request, person: User, here: str, **address: Any) -> HttpResponse:
    form = AbsenceForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        substitute = facts.pop("substitute")
        services.record_absence(
            person.pk, actor=request.user, substitute_id=substitute and substitute.pk, **facts
        )
        messages.success(request, _("Absence recorded."))
        return redirect(here, **address)
    return render_form(
        request, form, _("Absence"), "organizations:profile" if not address else "", person=person,
        absences=absences.of_person(person, request.user), template="organizations/absence.html",
    )  # fmt: skip


@require_POST
def absence_end(request: Request, pk: int) -> HttpResponse:
    """By the person, a head or an administrator: back again."""
    absence = get_object_or_404(absences.recorded_for(request.user), pk=pk)
    services.end_absence(absence.pk, actor=request.user)
    messages.success(request, _("The absence has ended."))
    if absence.user_id == request.user.pk:
        return redirect("organizations:absence_own")
    return redirect("organizations:absence_record", pk=absence.user_id)
