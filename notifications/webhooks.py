"""Calls of the text message gateway: signed, fresh, small; no session, no cookie."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from notifications.sms import services
from notifications.sms.signature import is_genuine

MOST_BYTES = 64 * 1024  # a message of 10,000 characters is read and answered; a flood is not
Facts = dict[str, Any]


def webhook(view: Callable[[Request, Facts], Response]) -> Callable[..., HttpResponseBase]:
    """POST only, and only with the province's signature; the view gets the body's object."""

    @wraps(view)
    def checked(request: Request) -> Response:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return Response({"error": "The body is too large.", "code": "too_large"}, status=413)
        body = request.body
        headers = request.headers
        genuine = is_genuine(
            request._request.province.code,  # type: ignore[attr-defined]
            headers.get("X-Timestamp", ""),
            headers.get("X-Signature", ""), body, now=time.time(),
        )  # fmt: skip
        if not genuine:
            words = "The signature is missing, wrong or too old."
            return Response({"error": words, "code": "signature"}, status=401)
        return view(request, _facts(body))

    framed = api_view(["POST"])(authentication_classes([])(permission_classes([AllowAny])(checked)))
    return login_not_required(framed)


def _facts(body: bytes) -> Facts:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValidationError({"body": "This is not valid JSON."}) from error
    if not isinstance(found, dict):
        raise ValidationError({"body": "This is not an object."})
    return found


def words_of(facts: Facts, name: str, most: int) -> str:
    """A text of the body: there, not empty, no longer than `most`, storable."""
    value = facts.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise ValidationError({name: f"A text of at most {most} characters is needed."})
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise ValidationError({name: "It holds characters that no message has."})
    return value


@webhook
def sms_report(_request: Request, facts: Facts) -> Response:
    """`/sms/bao-cao/`: {"reference", "state": sent | delivered | failed}."""
    state = words_of(facts, "state", 20)
    if state not in services.REPORTS:
        raise ValidationError({"state": f"One of {', '.join(services.REPORTS)} is needed."})
    try:
        reference = uuid.UUID(words_of(facts, "reference", 40))
    except ValueError as error:
        raise ValidationError({"reference": "This is not a reference of ours."}) from error
    if not services.note_report(reference, state, at=timezone.now()):
        raise NotFound
    return Response({"state": state})
