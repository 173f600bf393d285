"""Text messages of citizens, brought by the gateway; and the administrators' page of ours."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response

from common.htmx import Request
from common.pages import paginate_keyset, render_page
from notifications.models import SmsMessage
from notifications.sms import inbox, services
from notifications.webhooks import Facts, webhook, words_of
from organizations import access
from portal import sms

MOST_CHARACTERS = 20_000  # of a text: read to be answered, kept by nobody


@webhook
def sms_receive(_request: ApiRequest, facts: Facts) -> Response:
    """`/sms/nhan/`: {"id", "from", "text"} → {"to", "text"}, the same for the same id."""
    message_id = words_of(facts, "id", 100)
    number = words_of(facts, "from", 20)
    raw = facts.get("text")
    text = words_of(facts, "text", MOST_CHARACTERS) if raw != "" else ""
    said = inbox.answer_once(message_id, number, text, lambda: sms.answer(number, text))
    return Response({"to": number, "text": said})


@require_safe
def sms_list(request: Request) -> HttpResponse:
    """`/quan-tri/suc-khoe/tin-nhan/`: what waits and what failed, newest first."""
    if not access.units_where(request.user, "view_health").everywhere:
        raise PermissionDenied(_("Only administrators of the whole province see this."))
    rows = SmsMessage.objects.visible_to(request.user).unsent()
    page = paginate_keyset(rows, request, order=("-created_at", "-id"), size=50)
    return render_page(request, "portal/sms_list.html", "portal/_sms_rows.html", {"page": page})


@require_POST
def sms_resend(request: Request, pk: int) -> HttpResponse:
    message = get_object_or_404(SmsMessage.objects.visible_to(request.user), pk=pk)
    services.resend(message.pk, actor=request.user)
    messages.success(request, _("The message is sent again."))
    return redirect("portal:sms_list")
