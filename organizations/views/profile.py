"""One's own page: what I am here, what I may do, and how I like it."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common.htmx import Request
from organizations import access, language, queries
from organizations.forms.people import ProfileForm
from organizations.services.profile import change_profile
from organizations.views.people import form_view


@form_view
def profile(request: Request) -> HttpResponse:
    user = request.user
    initial = {name: getattr(user, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_profile(user.pk, actor=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return language.remember(redirect("organizations:profile"), form.cleaned_data["language"])
    context = {
        "form": form,
        "positions": queries.positions_of(user),
        "rights": queries.rights_in_words(user),
        "delegations": queries.delegations_of(user),
        "may_delegate": any(
            grant.permission == "approve_dossiers" and not grant.delegation_id
            for grant in access.grants_of(user)
        ),
        "has_tasks": access.may(user, "view_tasks"),
        "sessions": UserSession.objects.filter(user_id=user.pk).count(),
        "has_factor": Authenticator.objects.filter(user_id=user.pk).exists(),
    }
    return render(
        request, "organizations/profile.html", context, status=422 if form.is_bound else 200
    )
