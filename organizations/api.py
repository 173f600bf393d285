"""`@endpoint`: what every view for machines is made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.decorators import api_view, permission_classes

from organizations.machine_door import HasScope

View = Callable[..., Any]


def endpoint(**scopes: str) -> Callable[[View], View]:
    """`@endpoint(GET=ApiScope.DOSSIERS)`: a view for machines, with the scope of each method."""

    def wrap(view: View) -> View:
        found = api_view(list(scopes))(permission_classes([HasScope])(view))
        needed = {name: str(scope) for name, scope in scopes.items()}
        found.cls.scopes_needed = needed  # type: ignore[attr-defined]
        return found

    return wrap
