"""The demo's well-known accounts: which names exist, and what the sign-in page shows of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from organizations.models import Position, User
from organizations.roles import ROLES


@dataclass(frozen=True)
class DemoAccount:
    """A name that the demo loader makes in each province, and the role it gives it."""

    username: str
    role: str  # a key of roles.ROLES


ACCOUNTS = (
    DemoAccount("motcua", "counter"),
    DemoAccount("chuyenvien", "official"),
    DemoAccount("vanthu", "clerk"),
    DemoAccount("truongphong", "head"),
    DemoAccount("lanhdao", "leader"),
    DemoAccount("quantri.coquan", "agency_admin"),
    DemoAccount("kiemsoat", "catalogue_editor"),
    DemoAccount("giamsat", "oversight"),
    DemoAccount("quantri", "superuser"),
    DemoAccount("lanhdao.tinh", "province_leader"),
    DemoAccount("danhgia", "ranking_officer"),
    DemoAccount("xephang", "ranking_manager"),
    DemoAccount("lanhdao.ubnd", "body_leader"),
    DemoAccount("theodoi", "task_follower"),
    DemoAccount("noivu", "people_assessor"),
    DemoAccount("xemso", "register_reader"),
)


def password() -> str:
    """The one password of all demo accounts."""
    return os.environ.get("DEMO_PASSWORD", "Demo@2026-ThuNghiem")


def accounts() -> tuple[DemoAccount, ...]:
    """What the demo loader makes in every province."""
    return ACCOUNTS


def present() -> list[dict[str, str]]:
    """The demo accounts that exist in the open province: user name, role, unit. Two queries."""
    names = [account.username for account in ACCOUNTS]
    people = {user.username: user for user in User.objects.filter(username__in=names)}
    held = Position.objects.filter(user__in=list(people.values())).select_related("unit")
    places = {position.user_id: position.unit for position in held.order_by("is_main", "-pk")}
    return [
        {
            "username": account.username,
            "key": account.role,
            "role": str(ROLES[account.role].name),
            "unit": places[user.pk].code if user.pk in places else "",
            "unit_name": places[user.pk].name if user.pk in places else "",
        }
        for account in ACCOUNTS
        if (user := people.get(account.username)) is not None
    ]


def sign_in_help(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the accounts on the sign-in page of the demo, read when it shows them."""
    if not settings.GOVIT_DEMO:
        return {}
    return {"demo_accounts": SimpleLazyObject(present), "demo_password": password()}
