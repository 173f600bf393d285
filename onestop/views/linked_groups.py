"""`/quan-tri/lien-thong/`: groups of linked procedures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.htmx import Request
from common.pages import paginate_keyset
from onestop.forms.linked_groups import EndForm, GroupForm, MemberFormSet
from onestop.models import LinkedGroup
from onestop.queries.catalogue import unit_choices
from onestop.services import linked_groups as services
from onestop.words import limit_words
from organizations import access

MOST_DIGITS = 18  # of a number that the database takes
OF_ITS_OWN = {"code": "", "decision": "", "valid_from": None, "valid_to": None}  # never copied


def _found(request: Request, pk: int) -> LinkedGroup:
    visible = LinkedGroup.objects.visible_to(request.user, "view_catalogue")
    group: LinkedGroup = get_object_or_404(visible, pk=pk)
    return group


@require_safe
def linked_list(request: Request) -> HttpResponse:
    """All groups, newest first."""
    access.require_anywhere(request.user, "view_catalogue")
    rows = LinkedGroup.objects.visible_to(request.user, "view_catalogue").values(
        "id", "code", "name", "kind", "state", "valid_from", "valid_to", "limit_amount",
        "limit_unit", "is_sample",
    )  # fmt: skip
    page = paginate_keyset(rows, request, order=("-id",), size=25)
    for row in page.rows:
        row["limit_words"] = limit_words(row["limit_amount"], row["limit_unit"])
    context = {
        "page": page,
        "may_manage": access.may(request.user, "manage_catalogue"),
        "may_report": access.may(request.user, "view_reports"),
    }
    return render(request, "onestop/linked/list.html", context)


@require_safe
def linked_detail(request: Request, pk: int) -> HttpResponse:
    """Its procedures, and of a draft what keeps it from being published."""
    group = _found(request, pk)
    is_draft = group.state == "draft"
    context = {
        "group": group,
        "members": list(group.members.select_related("procedure__current_version", "unit")),
        "faults": services.faults_of(group) if is_draft else [],
        "end_form": EndForm(),
        "may_manage": access.may(request.user, "manage_catalogue"),
    }
    return render(request, "onestop/linked/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def linked_create(request: Request) -> HttpResponse:
    """Empty, or filled with what another group says (`?tu=`): a published one is not edited."""
    access.require_anywhere(request.user, "manage_catalogue")
    source = request.GET.get("tu", "")
    if not source:
        return _edit(request, None)
    if not source.isdecimal() or len(source) > MOST_DIGITS:
        raise Http404
    return _edit(request, None, _found(request, int(source)))


@require_http_methods(["GET", "HEAD", "POST"])
def linked_edit(request: Request, pk: int) -> HttpResponse:
    """A draft as it is written; a published group is ended, not edited."""
    group = _found(request, pk)
    access.require_anywhere(request.user, "manage_catalogue")
    if group.state != "draft":
        raise DomainError(_("A published group is not edited: end it and draw up another one."))
    return _edit(request, group)


def _edit(
    request: Request, group: LinkedGroup | None, source: LinkedGroup | None = None
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    initial: dict[str, Any] = {"limit_unit": "working_days"}
    if filled := group or source:
        initial = vars(filled) | ({} if group else OF_ITS_OWN)
    form = GroupForm(data, initial=initial)
    members = MemberFormSet.of(data, filled, unit_choices(timezone.localdate()))
    if data is not None and all([form.is_valid(), members.is_valid()]):
        saved = services.save_draft(
            form.facts(), members.facts(),  # type: ignore[attr-defined]
            actor=request.user, group_id=group.pk if group else None,
        )  # fmt: skip
        messages.success(request, _("The draft is saved."))
        return redirect("onestop:linked_detail", pk=saved.pk)
    context = {"group": group, "form": form, "members": members}
    status = 200 if data is None else 422
    return render(request, "onestop/linked/form.html", context, status=status)


@require_POST
def linked_publish(request: Request, pk: int) -> HttpResponse:
    services.publish(_found(request, pk).pk, actor=request.user)
    messages.success(request, _("Published: from its first day on the counter offers it."))
    return redirect("onestop:linked_detail", pk=pk)


@require_POST
def linked_end(request: Request, pk: int) -> HttpResponse:
    group, form = _found(request, pk), EndForm(request.POST)
    access.require_anywhere(request.user, "manage_catalogue")
    if not form.is_valid():
        raise DomainError(_("Enter the last day."))
    services.end(group.pk, actor=request.user, last_day=form.cleaned_data["last_day"])
    messages.success(request, _("The group ends on that day; running dossiers go on."))
    return redirect("onestop:linked_detail", pk=pk)


@require_POST
def linked_discard(request: Request, pk: int) -> HttpResponse:
    services.discard(_found(request, pk).pk, actor=request.user)
    messages.success(request, _("Draft thrown away."))
    return redirect("onestop:linked_list")
