"""One's own notices; and in the demo, the letter box of everybody."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.notes import afterwards
from common.htmx import Request
from common.pages import paginate_keyset, render_page, render_part
from notifications import mailbox, queries, services
from notifications.models import Kind, Notification
from notifications.sms import outbox

LIST = "notifications:list"


@require_safe
def notification_list(request: Request) -> HttpResponse:
    mine = Notification.objects.visible_to(request.user)
    page = paginate_keyset(mine, request, order=("-id",), size=50)
    chosen = queries.mail_kinds(request.user)
    context = {
        "page": page,
        "groups": queries.grouped(page),
        "kinds": [(kind.value, kind.label, kind.value in chosen) for kind in Kind],
    }
    return render_page(
        request, "notifications/list.html", "notifications/_notification_groups.html", context
    )


@require_safe
def notification_open(request: Request, pk: int) -> HttpResponse:
    """Go to what the notice speaks of; that it was read is noted after the page."""
    notice = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    if notice.read_at is None:
        afterwards(lambda: services.mark_read([pk], actor=request.user))
    if not notice.url or not url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(LIST)
    return redirect(notice.url)


@require_POST
def notification_read(request: Request, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    services.mark_read([notice.pk], actor=request.user)
    notice.refresh_from_db()
    return render_part(request, "notifications/_notification.html", {"notice": notice}, back=LIST)


@require_POST
def notification_read_all(request: Request) -> HttpResponse:
    services.mark_all_read(actor=request.user)
    messages.success(request, _("All notices are marked as read."))
    return redirect(LIST)


@require_POST
def mail_choose(request: Request) -> HttpResponse:
    services.choose_mail(request.POST.getlist("kinds"), actor=request.user)
    messages.success(request, _("Your choice is saved."))
    return redirect(LIST)


@login_not_required
@require_safe
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """Demo only: the mails that a real installation would have sent from this province."""
    _require_demo()
    letters = mailbox.letters(request.province.code)  # type: ignore[attr-defined]
    return render(request, "notifications/mailbox.html", {"letters": letters})


@login_not_required
@require_safe
def mailbox_detail(request: HttpRequest, name: str) -> HttpResponse:
    _require_demo()
    letter = mailbox.letter(request.province.code, name)  # type: ignore[attr-defined]
    if letter is None:
        raise Http404
    return render(request, "notifications/mailbox_letter.html", {"letter": letter})


@login_not_required
@require_safe
def text_list(request: HttpRequest) -> HttpResponse:
    """Demo only: the text messages that phones would have got from this province."""
    _require_demo()
    texts = outbox.texts(request.province.code)  # type: ignore[attr-defined]
    return render(request, "notifications/texts.html", {"texts": texts})


def _require_demo() -> None:
    if not settings.GOVIT_DEMO:
        raise Http404
