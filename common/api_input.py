"""How a request for machines is read: narrow JSON. The framework imports this early."""

from __future__ import annotations

import json
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

MOST_BYTES = 256 * 1024  # of a JSON body; files are sent by themselves
MOST_DEPTH = 12  # of objects and lists in each other


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The request is too large.")
    default_code = "too_large"


class AlwaysJSON(BaseContentNegotiation):
    """There is one form of answers, whatever a client says that it would like."""

    def select_parser(self, request: Any, parsers: Any) -> BaseParser | None:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class NarrowJSONParser(BaseParser):
    """JSON of bounded size and depth; no NaN, and no key twice in one object."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise TooLarge
        try:
            text = raw.decode()
            _require_shallow(text)
            found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
            json.dumps(found, ensure_ascii=False).encode()  # half a letter, written as an escape
            return found
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not readable JSON.")) from error


def _require_shallow(text: str) -> None:
    """Count brackets outside of strings before anything is built of them."""
    depth, in_words, escaped = 0, False, False
    for char in text:
        if in_words:
            in_words = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_words = True
        elif char in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                raise ValueError("too deep")
        elif char in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
