"""List and page of people, and what concerns the account itself."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.htmx import Request
from common.pages import paginate_keyset, render_page
from organizations import access, queries, reach
from organizations.forms.fields import ReasonForm
from organizations.forms.people import (
    DisableForm,
    InviteForm,
    PersonForm,
    PersonSearchForm,
)
from organizations.models import SecondFactorReset, User
from organizations.open_work import open_work_of
from organizations.services import people as services

form_view = require_http_methods(["GET", "HEAD", "POST"])


def _visible(request: Request, pk: int) -> User:
    return get_object_or_404(access.people_visible_to(request.user, "view_people"), pk=pk)


def _managed(request: Request, pk: int) -> User:
    """The person, when the signed-in administrator may take charge of the account."""
    person = _visible(request, pk)
    reach.require_manageable(request.user, person)
    return person


def _back(person: User) -> HttpResponseRedirect:
    return redirect("organizations:person_detail", pk=person.pk)


def render_form(request: Request, form: Any, title: str, back: str, **context: Any) -> HttpResponse:
    """A page with one form; 422 when it is shown again with faults."""
    status = 422 if form.is_bound else 200
    context |= {"form": form, "title": title, "back": back}
    template = context.pop("template", "organizations/form.html")
    return render(request, template, context, status=status)


@require_safe
def person_list(request: Request) -> HttpResponse:
    """People of the units that one may see, by given name."""
    access.require_anywhere(request.user, "view_people")
    form = PersonSearchForm(request.GET or None, user=request.user)
    filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
    people = queries.people_list(request.user, filters)
    page = paginate_keyset(people, request, order=("sort_key", "id"), size=25)
    may_manage = access.may(request.user, "manage_people")
    return render_page(
        request, "organizations/person_list.html", "organizations/_person_rows.html",
        {
            "page": page, "form": form, "may_manage": may_manage,
            "may_let_in": may_manage and reach.is_system_administrator(request.user),
        },
    )  # fmt: skip


@require_safe
def person_detail(request: Request, pk: int) -> HttpResponse:
    """One person: positions, rights with their reasons, delegations, history."""
    person = _visible(request, pk)
    can_manage = reach.is_manageable(request.user, person)
    assigned = queries.fields_of(person)
    return render(
        request,
        "organizations/person_detail.html",
        {
            "person": person,
            "positions": queries.positions_of(person),
            "rights": queries.rights_in_words(person),
            "delegations": queries.delegations_of(person),
            "fields": assigned,
            "is_narrowed": any(row.lifted_at is None for row in assigned),
            "events": queries.history_of(person),
            "work": open_work_of(person),
            "can_manage": can_manage,
            "can_appoint": person.pk != request.user.pk
            and access.may(request.user, "manage_people"),
            "has_factor": Authenticator.objects.filter(user_id=person.pk).exists(),
            "reset": SecondFactorReset.objects.filter(user=person, closed_at=None)
            .select_related("asked_by")
            .first(),
        },
    )


@form_view
def person_create(request: Request) -> HttpResponse:
    access.require_anywhere(request.user, "manage_people")
    form = InviteForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        unit = facts.pop("unit")
        person = services.invite_person(actor=request.user, unit_id=unit.pk, **facts)
        messages.success(request, _("Account made. The activation link goes out by e-mail."))
        return _back(person)
    return render_form(request, form, _("Add a person"), "organizations:person_list")


@form_view
def person_change(request: Request, pk: int) -> HttpResponse:
    person = _managed(request, pk)
    initial = {"full_name": person.full_name, "email": person.email, "phone": person.phone}
    form = PersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_person(person.pk, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return _back(person)
    return render_form(request, form, _("Change name and addresses"), "", person=person)


@form_view
def person_disable(request: Request, pk: int) -> HttpResponse:
    """Switch an account off; the page lists the open work that has to go to somebody else."""
    person = _managed(request, pk)
    form = DisableForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.disable_person(person.pk, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Account switched off; all its sessions have ended."))
        return _back(person)
    return render_form(
        request, form, _("Switch the account off"), "", person=person,
        work=open_work_of(person), template="organizations/person_disable.html",
    )  # fmt: skip


@require_POST
def person_enable(request: Request, pk: int) -> HttpResponse:
    person = services.enable_person(_managed(request, pk).pk, actor=request.user)
    messages.success(request, _("Account switched on."))
    return _back(person)


@never_cache
@require_POST
def person_link(request: Request, pk: int) -> HttpResponse:
    """A one-time link to set a password: by mail, or shown once to be printed."""
    person = _managed(request, pk)
    by_mail = request.POST.get("by") != "print"
    link = services.issue_link(person.pk, actor=request.user, by_mail=by_mail)
    if by_mail:
        messages.success(request, _("A link to set a password goes out by e-mail."))
        return _back(person)
    return render(request, "organizations/person_link.html", {"person": person, "link": link})


@form_view
def second_factor_ask(request: Request, pk: int) -> HttpResponse:
    person = _managed(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wish = services.ask_second_factor_reset(
            person.pk, actor=request.user, reason=form.cleaned_data["reason"]
        )
        done = _("Second factor removed.")
        asked = _("Asked for. Another administrator has to confirm it.")
        messages.success(request, done if wish.closed_at else asked)
        return _back(person)
    return render_form(request, form, _("Remove the second factor"), "", person=person)


@require_POST
def second_factor_confirm(request: Request, pk: int) -> HttpResponse:
    return _close_reset(request, pk, services.confirm_second_factor_reset)


@require_POST
def second_factor_withdraw(request: Request, pk: int) -> HttpResponse:
    return _close_reset(request, pk, services.withdraw_second_factor_reset)


def _close_reset(request: Request, pk: int, act: Any) -> HttpResponse:
    people = access.people_visible_to(request.user, "view_people")
    reset = get_object_or_404(SecondFactorReset.objects.filter(user__in=people), pk=pk)
    act(reset.pk, actor=request.user)
    messages.success(request, _("Done."))
    return redirect("organizations:person_detail", pk=reset.user_id)
