"""`/thu-tuc/<code>/nop/`: the own online form, where the rules of the day still allow one."""

from __future__ import annotations

import datetime as dt
import math

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.addresses import network_of
from onestop.models import Dossier
from onestop.queries.submission import submittable
from onestop.services import intake
from organizations.rulesets import rules
from organizations.sign_in.lockout import client_address
from papers.rules import spaced_lookup_number
from portal import limits
from portal.limits import Limit
from portal.models import GuessKind
from portal.rules import SUBMISSION, SubmissionRules
from portal.submission import SubmissionForm
from portal.views.public import public
from tenancy.scope import required_province_id

SALT = "portal.submission"
SHOWN_SECONDS = 60 * 60


@public
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """One page; where the own form is closed, the way to the national portal."""
    today = timezone.localdate()
    opened = submittable(code, today)
    if opened is None:
        raise Http404
    values = rules(SUBMISSION, today)
    context = {"code": code, "name": opened.version.name}
    if not values.own_online_submission:
        status = 410 if request.method == "POST" else 200
        return render(request, "portal/public/submit_closed.html", context, status=status)
    in_all = Limit(GuessKind.SUBMITS, "", values.submissions_in_all)
    if request.method == "POST":
        opens_at = limits.closed_until(in_all) or _count_attempt(request, values)
        if opens_at is not None:
            return _too_many(request, opens_at)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SubmissionForm(*data, opened=opened)
    if not form.is_bound or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "portal/public/submit.html", context | {"form": form}, status=status)
    facts, key = form.reception()
    dossier = intake.submit(facts, actor=None, key=key)
    limits.note(in_all)  # what is faulty counts for its address only: no stranger closes the form
    signed = signing.dumps([required_province_id(), dossier.pk], salt=SALT)
    return redirect("portal:submitted", signed)


def _count_attempt(request: HttpRequest, values: SubmissionRules) -> dt.datetime | None:
    """Before anything is looked at: a faulty page costs as much as a right one."""
    network = network_of(client_address(request))
    return limits.note_wrong(Limit(GuessKind.SUBMIT, network, values.submissions_per_address))


def _too_many(request: HttpRequest, opens_at: dt.datetime) -> HttpResponse:
    seconds = max(1, math.ceil((opens_at - timezone.now()).total_seconds()))
    context = {"minutes": math.ceil(seconds / 60)}
    response = render(request, "portal/public/submit_limit.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


@public
@require_safe
def submitted(request: HttpRequest, signed: str) -> HttpResponse:
    """`/nop-ho-so/xong/<signed>/`: code and look-up number, for an hour."""
    try:
        province_id, pk = signing.loads(signed, salt=SALT, max_age=SHOWN_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    dossier = Dossier.objects.select_related("version", "receiving_unit").filter(pk=pk).first()
    if dossier is None or province_id != required_province_id():
        raise Http404
    context = {
        "code": dossier.code,
        "number": spaced_lookup_number(dossier.lookup_number),
        "procedure": dossier.version.name,
        "office": dossier.receiving_unit.name,
    }
    return render(request, "portal/public/submitted.html", context)
