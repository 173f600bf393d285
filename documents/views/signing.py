"""`/van-ban-di/ky/`: signing, in two calls that the page makes for each document.

The page alone may speak to the agent on the official's PC (CSP connect-src): it asks the portal for
the digest, the agent for the signature, and brings that back. The key and its PIN never come here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.notes import note_access
from common.errors import DomainError
from common.htmx import Request
from common.text import key_of
from common.urgency import Urgency
from documents.issuing import Stage
from documents.models import Confirmation, Outgoing
from documents.models.annexes import with_annexes
from documents.queries.outgoing_lists import to_sign
from documents.services import signing
from organizations import access

AT_ONCE = 50  # documents on one page; each is looked at before


def _wrong(text: str) -> JsonResponse:
    return JsonResponse({"error": text}, status=422)


@require_safe
@csp_update({"connect-src": [settings.SIGNING_AGENT_URL]})  # type: ignore[arg-type]
def sign_page(request: Request) -> HttpResponse:
    """Documents that wait for this person's signature, or for the seal that he keeps: those of
    `?van-ban=`, else all that he is to sign."""
    if not access.may(request.user, "view_documents"):
        raise PermissionDenied(_("Your positions do not include work on documents."))
    found = [each for each in _waiting(request) if signing.may_sign(each, request.user)]
    rows = [_row(each, request) for each in found[:AT_ONCE]]
    context = {
        "rows": rows, "agent": settings.SIGNING_AGENT_URL,
        "demo_pin": settings.DEMO_PIN if settings.GOVIT_DEMO else "",
        "has_annexes": any(row["annexes"] and row["is_seal"] for row in rows),
        "needs_pin": any(not one.is_remote for row in rows for one in row["choice"]),
        "waiting": Confirmation.objects.visible_to(request.user).open().order_by("asked_at", "pk"),
        "is_cut": len(found) > AT_ONCE, "no_certificate": any(not row["choice"] for row in rows),
    }  # fmt: skip
    return render(request, "documents/sign.html", context)


@require_POST
def sign_prepare(request: Request, pk: int) -> JsonResponse:
    """First call: the digest of the paper, or of `annex`, ready for that certificate."""
    outgoing = _visible(request, pk)
    sent = {name: key_of(request.POST.get(name)) for name in ("certificate", "edition", "annex")}
    chosen, edition, annex = sent.values()
    if chosen is None:
        return _wrong(_("Choose a certificate that is valid today."))

    def prepare() -> dict[str, Any]:
        made = signing.begin(
            outgoing.pk, actor=request.user, certificate_id=chosen, edition=edition, annex_id=annex
        )
        return {
            "signing": made.pk,
            "digest": base64.b64encode(bytes.fromhex(made.state["digest"])).decode(),
            "algorithm": made.state["algorithm"], "fingerprint": made.certificate.fingerprint,
        }  # fmt: skip

    return _answer(prepare)


@require_POST
def sign_complete(request: Request, pk: int, signing_pk: int) -> JsonResponse:
    """Second call: the signature (CMS, base64). The document goes on, or stays as it was."""
    outgoing = _visible(request, pk)
    if not outgoing.signings.filter(pk=signing_pk, asked_by=request.user).exists():
        raise Http404
    try:
        cms = base64.b64decode(request.POST.get("cms", ""), validate=True)
    except (binascii.Error, ValueError):
        return _wrong(_("What the signing device sent is no signature."))

    def complete() -> dict[str, Any]:
        stamp = signing.time_stamped(signing_pk, actor=request.user, cms=cms)
        done = signing.complete(signing_pk, actor=request.user, cms=cms, stamp=stamp)
        return {"stage": str(done.outgoing.get_stage_display()), "note": str(done.note)}

    return _answer(complete)


def _answer(act: Callable[[], dict[str, Any]]) -> JsonResponse:
    """People's mistakes and the signer's are sentences; the page shows them at the document."""
    try:
        return JsonResponse(act())
    except DomainError as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)


def _visible(request: Request, pk: int) -> Outgoing:
    """The document, or 404 as if it did not exist."""
    found = Outgoing.objects.visible_to(request.user, "view_documents")
    outgoing: Outgoing = get_object_or_404(found.select_related("registry"), pk=pk)
    return outgoing


def _waiting(request: Request) -> list[Outgoing]:
    """The named ones in the order of their names, or what he is to sign, the most urgent first."""
    seen = Outgoing.objects.visible_to(request.user, "view_documents")
    found = with_annexes(seen.select_related("registry", "unit", "drafter"))
    sent = (key_of(each) for each in request.GET.getlist("van-ban"))
    named = [each for each in sent if each is not None]
    if named:
        by_key = found.in_bulk(named[: AT_ONCE + 1])
        return [by_key[pk] for pk in dict.fromkeys(named) if pk in by_key]
    own = found.filter(pk__in=to_sign(request.user).values("pk"))
    return list(own.order_by("-urgency", "since", "pk")[: AT_ONCE + 1])


def _row(outgoing: Outgoing, request: Request) -> dict[str, Any]:
    note_access("document.opened", outgoing, user=request.user)
    usable = signing.certificates_for(outgoing, request.user)
    newest = outgoing.editions.order_by("-order").values_list("order", flat=True).first()
    is_seal = outgoing.stage != Stage.SIGNING
    return {
        "outgoing": outgoing, "choice": usable, "is_seal": is_seal, "edition": newest or 0,
        "annexes": outgoing.annexes.all(), "parts": _parts(outgoing) if is_seal else "0",
        "urgency_tone": Urgency(outgoing.urgency).tone,
    }  # fmt: skip


def _parts(outgoing: Outgoing) -> str:
    """What the clerk seals, in this order: the annexes that lack it, then the paper, "0"."""
    left = [str(each.pk) for each in outgoing.annexes.all() if each.lacks_seal]
    return " ".join([*left, "0"] if outgoing.stage == Stage.NUMBERED else left)
