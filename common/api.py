"""What every API view shares: errors that undo the request, narrow input, pages by cursor.

Django REST framework answers its exceptions inside the view, so the transaction would commit
what was written before a refusal. The handler rolls back and goes on READ ONLY, like the pages.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler as framework_handler

from common.errors import Busy, DomainError
from common.locks import is_lock_wait

PREFIX = "/api/v1/"
MOST_ROWS = 100  # of a page
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def is_for_machines(request: HttpRequest) -> bool:
    return request.path.startswith(PREFIX)


class ApiAnswersMiddleware:
    """Below `/api/v1/` every answer is JSON, also where no view was reached; no cache keeps it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not is_for_machines(request):
            return response
        if response.status_code >= 400 and "json" not in response.headers.get("Content-Type", ""):
            words, code = _PLAIN.get(response.status_code, _PLAIN[500])
            plain = JsonResponse({"error": str(words), "code": code}, status=response.status_code)
            if "Retry-After" in response.headers:
                plain.headers["Retry-After"] = response.headers["Retry-After"]
            response = plain
        response.headers.setdefault("Cache-Control", "no-store")
        return response


_PLAIN = {
    400: (gettext_lazy("The request cannot be read."), "bad_request"),
    404: (gettext_lazy("There is nothing at this address."), "not_found"),
    500: (gettext_lazy("An error of ours. It was noted; try again later."), "server_error"),
    503: (gettext_lazy("The portal is away for a moment. Try again later."), "unavailable"),
}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """`{"error": sentence, "code": word}`, and for a form `fields` with the faults of each.

    None for a bug: the middleware rolls back, logs and answers 500.
    """
    if is_lock_wait(error):
        error = Busy()
    if isinstance(error, DomainError):
        response = Response({"error": str(error), "code": error.code}, status=409)
    else:
        found = framework_handler(error, context)
        if found is None:
            return None
        response = found
        response.data = _body(error, response.data)
    context["request"]._request.tenant_scope.restart(read_only=True)
    return response


def _body(error: Exception, data: Any) -> dict[str, Any]:
    """Django's own 404 and 403 arrive here too; the framework has worded them already."""
    codes = error.get_codes() if isinstance(error, APIException) else None
    if isinstance(error, serializers.ValidationError):
        fields = data if isinstance(data, dict) else {"non_field_errors": data}
        return {"error": str(error.default_detail), "code": "invalid", "fields": fields}
    sentence = data.get("detail", "") if isinstance(data, dict) else ""
    code = codes if isinstance(codes, str) else getattr(sentence, "code", "error")
    return {"error": str(sentence), "code": code}


class Narrow(serializers.Serializer):  # type: ignore[type-arg]
    """A serializer that refuses what it does not know: a misspelt field is told, not dropped."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in set(data) - set(self.fields))
            if unknown:
                words = [serializers.ErrorDetail(_("This field is not known."), code="unknown")]
                raise serializers.ValidationError(dict.fromkeys(unknown[:20], words))
        return super().to_internal_value(data)


class MomentField(serializers.DateTimeField):
    """A moment; the ends of the calendar, which overflow in another time zone, are refused too."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            return super().to_internal_value(value)
        except OverflowError:
            self.fail("overflow")


class PageQuery(Narrow):
    """What every list understands."""

    cursor = serializers.CharField(
        required=False,
        max_length=40,
        help_text=gettext_lazy("What the page before named as its following one."),
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_ROWS, default=50,
        help_text=gettext_lazy("Rows on a page."),
    )  # fmt: skip

    def validate_cursor(self, value: str) -> int:
        return key_of(value)


def cursor_of(key: int) -> str:
    """A place in a list, to be given back as it is."""
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def key_of(cursor: str) -> int:
    try:
        words = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = int(words)
    except (ValueError, binascii.Error) as error:
        raise serializers.ValidationError(_("This cursor is not one of ours.")) from error
    if not words.isdigit() or not 0 <= key < 2**63:
        raise serializers.ValidationError(_("This cursor is not one of ours."))
    return key


def page_by_id(
    rows: QuerySet[Any, dict[str, Any]], query: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of `.values()` with "id", oldest first, and the cursor of the next. One query."""
    if "cursor" in query:
        rows = rows.filter(pk__gt=query["cursor"])
    found = list(rows.order_by("pk")[: query["limit"] + 1])
    page = found[: query["limit"]]
    return page, cursor_of(page[-1]["id"]) if len(found) > len(page) else None


def asked(kind: type[Narrow], request: Any) -> dict[str, Any]:
    """The words of the address, checked."""
    form = kind(data=request.query_params.dict())
    form.is_valid(raise_exception=True)
    found: dict[str, Any] = form.validated_data
    return found
