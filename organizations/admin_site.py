"""Django's admin, for system administrators only; people sign in at the portal's own page."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpRequest

LEFT_OUT = {"auth", "account", "socialaccount", "mfa", "usersessions", "guardian"}


class SuperuserSite(AdminSite):
    """Staff is not enough: the admin sees every table of the province.

    Accounts, second factors and sessions of libraries are left out: deleting a second factor
    here would go past the second administrator who has to confirm it.
    """

    def register(
        self, model_or_iterable: Any, admin_class: Any = None, **options: Any
    ) -> None:  # fmt: skip
        models: list[Any] = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        )
        shown = [model for model in models if model._meta.app_label not in LEFT_OUT]
        super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)


class AdminConfig(DjangoAdminConfig):
    default_site = "organizations.admin_site.SuperuserSite"
