"""Positions, fields and delegations of a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.htmx import Request
from organizations import access
from organizations.forms.fields import ReasonForm
from organizations.forms.people import DayForm, DelegationForm, FieldForm, PositionForm
from organizations.models import Delegation, FieldAssignment, Position, User
from organizations.services import positions as services
from organizations.views.people import form_view, render_form


def _person(request: Request, pk: int) -> User:
    """404 for who does not see the person, 403 for who sees but does not manage people there."""
    visible = access.people_visible_to(request.user, "view_people")
    person: User = get_object_or_404(visible, pk=pk)
    if not access.people_visible_to(request.user, "manage_people").filter(pk=pk).exists():
        access.refuse("manage_people")
    return person


def _in_reach(request: Request, model: Any, pk: int) -> Any:
    """A row whose unit lies where the administrator may manage people."""
    units = access.units_visible_to(request.user, "manage_people")
    return get_object_or_404(model.objects.filter(unit__in=units), pk=pk)


@form_view
def position_give(request: Request, pk: int) -> HttpResponse:
    person = _person(request, pk)
    form = PositionForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        unit = facts.pop("unit")
        services.give_position(person.pk, unit.pk, actor=request.user, **facts)
        messages.success(request, _("Position given. It holds from the next page on."))
        return redirect("organizations:person_detail", pk=person.pk)
    return render_form(request, form, _("Give a position"), "", person=person)


@form_view
def position_end(request: Request, pk: int) -> HttpResponse:
    position = _in_reach(request, Position, pk)
    person = position.user
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.end_position(position.pk, actor=request.user, on=form.cleaned_data["on"])
        messages.success(request, _("Position ended."))
        return redirect("organizations:person_detail", pk=person.pk)
    return render_form(request, form, _("End a position"), "", person=person)


@form_view
def field_assign(request: Request, pk: int) -> HttpResponse:
    person = _person(request, pk)
    form = FieldForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        unit = facts.pop("unit")
        services.assign_field(person.pk, unit.pk, actor=request.user, **facts)
        messages.success(request, _("Field assigned."))
        return redirect("organizations:person_detail", pk=person.pk)
    return render_form(request, form, _("Assign a field"), "", person=person)


@form_view
def field_end(request: Request, pk: int) -> HttpResponse:
    assignment = _in_reach(request, FieldAssignment, pk)
    person = assignment.user
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.end_field_assignment(assignment.pk, actor=request.user, on=form.cleaned_data["on"])
        messages.success(request, _("Field ended."))
        return redirect("organizations:person_detail", pk=person.pk)
    intro = _(
        "%(name)s loses the field “%(field)s” after that day and gets no other by it. Without any "
        "field in force, no dossier can be approved until you assign one, or let decide in all."
    ) % {"name": person.full_name, "field": assignment.field}
    return render_form(request, form, _("End a field"), "", person=person, intro=intro)


@form_view
def field_annul(request: Request, pk: int) -> HttpResponse:
    """The field was assigned in error."""
    assignment = _in_reach(request, FieldAssignment, pk)
    person = assignment.user
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.annul_field_assignment(
            assignment.pk, actor=request.user, reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("The assignment of the field no longer counts."))
        return redirect("organizations:person_detail", pk=person.pk)
    intro = _(
        "The field “%(field)s” was assigned in error: it no longer counts. If it is the only one, "
        "%(name)s decides in all fields."
    ) % {"name": person.full_name, "field": assignment.field}
    return render_form(request, form, _("Annul a field"), "", person=person, intro=intro)


@form_view
def field_lift(request: Request, pk: int) -> HttpResponse:
    """A leader decides in all fields again."""
    person = _person(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.lift_fields(person.pk, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Not limited to fields any more."))
        return redirect("organizations:person_detail", pk=person.pk)
    intro = _(
        "The fields assigned to %(name)s no longer limit anything, neither those that have ended "
        "nor those that would begin later: dossiers of all fields can be approved from now on."
    ) % {"name": person.full_name}
    return render_form(request, form, _("Let decide in all fields"), "", person=person, intro=intro)


@form_view
def delegation_record(request: Request, pk: int) -> HttpResponse:
    """An administrator records the written delegation of a head."""
    giver = _person(request, pk)
    return _delegation_form(request, giver, "organizations:person_detail", pk=giver.pk)


@form_view
def delegation_give(request: Request) -> HttpResponse:
    """A head lends his own role."""
    return _delegation_form(request, request.user, "organizations:profile")


def _delegation_form(request: Request, giver: User, back: str, **kwargs: Any) -> HttpResponse:
    form = DelegationForm(request.POST or None, giver=giver)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        services.delegate(
            giver.pk, facts.pop("receiver").pk, facts.pop("unit").pk,
            actor=request.user, role="leader", **facts,
        )  # fmt: skip
        messages.success(request, _("Delegation recorded."))
        return redirect(back, **kwargs)
    own = "" if kwargs else back
    return render_form(request, form, _("Delegate"), own, person=giver)


@require_POST
def delegation_revoke(request: Request, pk: int) -> HttpResponse:
    """By the head, by the person who received it, or by an administrator of the unit."""
    user = request.user
    mine = Delegation.objects.filter(giver=user) | Delegation.objects.filter(receiver=user)
    units = access.units_visible_to(user, "manage_people")
    delegation = get_object_or_404(mine | Delegation.objects.filter(unit__in=units), pk=pk)
    services.revoke_delegation(delegation.pk, actor=user)
    messages.success(request, _("Delegation revoked."))
    if user.pk in (delegation.giver_id, delegation.receiver_id):
        return redirect("organizations:profile")
    return redirect("organizations:person_detail", pk=delegation.giver_id)
