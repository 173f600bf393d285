"""Clients of the machine interface: let in, changed, given new tokens, shut out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.htmx import Request
from common.pages import paginate_keyset, render_page
from organizations import queries
from organizations.forms.fields import ReasonForm
from organizations.forms.machines import ClientChangeForm, ClientForm, TokenForm
from organizations.models import ApiClient
from organizations.queries_machines import clients, tokens_of
from organizations.services import machines as services
from organizations.views.people import form_view, render_form

LIST = "organizations:client_list"


def _client(request: Request, pk: int) -> ApiClient:
    services.require_keeper(request.user)
    return get_object_or_404(clients(), pk=pk)


@require_safe
def client_list(request: Request) -> HttpResponse:
    """Systems that may call, the newest first."""
    services.require_keeper(request.user)
    page = paginate_keyset(clients(), request, order=("-id",), size=25)
    return render_page(
        request, "organizations/client_list.html", "organizations/_client_rows.html", {"page": page}
    )


@require_safe
def client_detail(request: Request, pk: int) -> HttpResponse:
    client = _client(request, pk)
    return render(
        request, "organizations/client_detail.html",
        {
            "client": client, "tokens": tokens_of(client),
            "events": queries.history_of(client),
        },
    )  # fmt: skip


@never_cache
@form_view
def client_create(request: Request) -> HttpResponse:
    services.require_keeper(request.user)
    form = ClientForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        ids = [unit.pk for unit in facts.pop("units")]
        client, token = services.create_client(actor=request.user, unit_ids=ids, **facts)
        return _token_page(request, client, token)
    return render_form(request, form, _("Let a system in"), LIST)


@form_view
def client_change(request: Request, pk: int) -> HttpResponse:
    client = _client(request, pk)
    form = ClientChangeForm(request.POST or None, user=request.user, client=client)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        ids = [unit.pk for unit in facts.pop("units")]
        services.change_client(client.pk, actor=request.user, unit_ids=ids, **facts)
        messages.success(request, _("Saved. It holds from the next request of the system."))
        return redirect("organizations:client_detail", pk=client.pk)
    return render_form(request, form, _("Change what the system may do"), LIST)


@never_cache
@form_view
def client_rotate(request: Request, pk: int) -> HttpResponse:
    client = _client(request, pk)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = services.rotate_token(client.pk, actor=request.user, **form.cleaned_data)
        return _token_page(request, client, token)
    return render_form(request, form, _("Make a new token"), LIST)


@form_view
def client_revoke(request: Request, pk: int) -> HttpResponse:
    client = _client(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.revoke_client(client.pk, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The system is shut out; none of its tokens works any more."))
        return redirect("organizations:client_detail", pk=client.pk)
    return render_form(request, form, _("Shut the system out"), LIST)


def _token_page(request: Request, client: ApiClient, token: str) -> HttpResponse:
    """Shown once, as the answer itself: a redirect would have to keep the token somewhere."""
    return render(request, "organizations/client_token.html", {"client": client, "token": token})
