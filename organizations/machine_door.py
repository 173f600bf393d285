"""At the door of the machine interface: the token, and what its client may do.

Apart from `organizations.api`, because the framework imports it early.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from organizations.models import ApiClient, User


class TooManyRequests(APIException):
    """The framework puts `wait` into Retry-After."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = _("Too many requests. Wait as long as Retry-After says.")
    default_code = "too_many_requests"

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; sessions and cookies count for nothing here.

    `MachineMiddleware` has looked at the token and counted the request in a transaction of its
    own, so that a page that only reads can be READ ONLY.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiClient] | None:
        admission = getattr(request._request, "admission", None)
        if admission is None:
            return None
        if admission.retry_after:
            raise TooManyRequests(admission.retry_after)
        if admission.client is None:
            raise AuthenticationFailed(
                _("This token is not valid here. Ask the province's administrator for a new one.")
            )
        return admission.client.user, admission.client

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """The client was given one of the scopes that the view names for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        client = request.auth
        if not isinstance(client, ApiClient):
            return False
        needed = view.scopes_needed.get("GET" if request.method == "HEAD" else request.method)
        if needed is None:
            return True  # 405 follows: the view knows no such method
        if not set(needed) & set(client.scopes):
            raise PermissionDenied(
                str(_("Your token does not include “%(scope)s”.")) % {"scope": needed[0]},
                code="scope_missing",
            )
        return True
