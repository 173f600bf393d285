"""`@endpoint`: what every view for machines is made with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rest_framework.decorators import api_view, parser_classes, permission_classes
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from common.api_input import NarrowJSONParser
from organizations.machine_door import HasScope
from organizations.models import ApiClient, User

View = Callable[..., Any]


def endpoint(
    *, parsers: Sequence[type[BaseParser]] = (NarrowJSONParser,), **scopes: str | tuple[str, ...]
) -> Callable[[View], View]:
    """`@endpoint(GET=ApiScope.DOSSIERS)`: a view for machines, with the scope of each method, or
    several of which one is enough."""

    def wrap(view: View) -> View:
        found = api_view(list(scopes))(
            permission_classes([HasScope])(parser_classes(parsers)(view))
        )
        needed = {
            method: [str(each) for each in (scope if isinstance(scope, tuple) else (scope,))]
            for method, scope in scopes.items()
        }
        found.cls.scopes_needed = needed  # type: ignore[attr-defined]
        return found

    return wrap


def client_of(request: Request) -> tuple[ApiClient, User]:
    """Who calls, in a view made with `@endpoint`, and the account that it acts as."""
    client = request.auth
    assert isinstance(client, ApiClient)
    return client, client.user
