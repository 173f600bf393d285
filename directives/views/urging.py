"""`/nhiem-vu/don-doc/`: overdue tasks are urged, several at once, and told so on paper."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError
from common.forms import refusals_in
from common.htmx import Request
from directives.forms.urging import UrgeTogetherForm
from directives.letters import KIND, letter_of
from directives.models import Urging
from directives.queries import lists, urged
from directives.services.ground import giving_right
from papers.letters import drafting_address, printed


@require_http_methods(["GET", "HEAD", "POST"])
def urge_page(request: Request) -> HttpResponse:
    if not lists.giving_units(request.user):
        raise PermissionDenied(_("Your positions do not include giving or entering tasks."))
    data = request.POST if request.method == "POST" else None
    form = UrgeTogetherForm(data, user=request.user, today=timezone.localdate())
    if form.is_valid():
        with refusals_in(form):
            count = form.perform()
            told = ngettext("%(count)s task was urged.", "%(count)s tasks were urged.", count)
            messages.success(request, told % {"count": count})
            return redirect("directives:urge_page")
    context = {
        "form": form, "acts": urged.lately(request.user),
        "drafting": drafting_address(request.user, KIND),
    }  # fmt: skip
    return render(
        request, "directives/urge.html", context, status=200 if data is None else 422
    )  # fmt: skip


@require_safe
def urge_letter(request: Request, pk: int) -> HttpResponse:
    """The letter to the lead; with `?tat-ca=1` those to all leads that were urged with it."""
    found = Urging.objects.visible_to(request.user, lists.SEES).standing().with_task()
    urging: Urging = get_object_or_404(found, pk=pk)
    if giving_right(urging.task, request.user) is None:
        raise PermissionDenied(_("Who gave the task, or follows it, writes this letter."))
    if "tat-ca" not in request.GET:
        letters = [letter_of(urged.same_letter(urging, request.user))]
        return printed(letters, f"cong-van-don-doc-{pk}.pdf")
    act = urged.same_act(urging, request.user)
    of_lead = [list(each) for _lead, each in groupby(act, lambda each: each.task.lead_id)]
    if len(of_lead) > urged.AT_ONCE:
        raise DomainError(_("Too many letters for one file. Print them one by one."))
    return printed([letter_of(each) for each in of_lead], f"cong-van-don-doc-{pk}.pdf")
