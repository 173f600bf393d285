"""`/ho-so/khung/`: the filters of the queue under names."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.htmx import Request
from onestop.forms.queue import SaveViewForm
from onestop.models import SavedView
from onestop.queries import saved_views as queries
from onestop.services import saved_views as services
from organizations import access


def _seen(request: Request, pk: int) -> SavedView:
    found = SavedView.objects.visible_to(request.user, "view_dossiers")
    view: SavedView = get_object_or_404(found, pk=pk)
    return view


def _require_reader(request: Request) -> None:
    if not access.may(request.user, "view_dossiers"):
        raise PermissionDenied(_("Your positions do not include work on dossiers."))


@require_safe
def view_list(request: Request) -> HttpResponse:
    """One's own and the shared ones, to rename and delete."""
    _require_reader(request)
    context = {"rows": queries.kept_by(request.user)}
    return render(request, "onestop/view_list.html", context)


@require_safe
def view_open(request: Request, pk: int) -> HttpResponse:
    """The queue with the filters of a view; what is not known any more is said and left out."""
    view = _seen(request, pk)
    known, lost = queries.known_of(view.query)
    if lost:
        told = _("Left out of “%(name)s”, because it is not known any more: %(lost)s.")
        messages.warning(request, told % {"name": view.name, "lost": ", ".join(lost)})
    return redirect(f"{reverse('onestop:dossier_list')}?{urlencode({**known, 'khung': str(pk)})}")


@require_http_methods(["GET", "HEAD", "POST"])
def view_save(request: Request) -> HttpResponse:
    """The filters stand in the address; a number of a person is left out, and that is said."""
    _require_reader(request)
    query = queries.kept_of(request.GET)
    known, lost = queries.known_of({name: str(query[name]) for name in query})
    form = SaveViewForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        unit = form.cleaned_data.get("unit")
        view = services.save_view(
            actor=request.user, name=form.cleaned_data["name"], query=known,
            unit_id=unit.pk if unit else None,
        )  # fmt: skip
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return redirect("onestop:view_open", pk=view.pk)
    context = {"form": form, "told": queries.told_of(known), "lost": lost, "query": query}
    return render(request, "onestop/view_save.html", context, status=422 if form.is_bound else 200)


@require_POST
def view_rename(request: Request, pk: int) -> HttpResponse:
    view = services.rename_view(
        _seen(request, pk).pk, actor=request.user, name=request.POST.get("name", "")
    )
    messages.success(request, _("The view is called “%(name)s” now.") % {"name": view.name})
    return redirect("onestop:view_list")


@require_POST
def view_delete(request: Request, pk: int) -> HttpResponse:
    services.delete_view(_seen(request, pk).pk, actor=request.user)
    messages.success(request, _("The view is deleted."))
    return redirect("onestop:view_list")
