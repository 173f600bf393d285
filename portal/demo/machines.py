"""A system that calls the demo: the national portal, with a token that `demo_facts` can print."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from organizations.models import ApiClient, ApiScope, ApiToken, Unit, User
from organizations.services import machines
from organizations.services.tokens import make_token, words_of
from tenancy.models import Province

NAME = "Cổng Dịch vụ công quốc gia (mẫu)"
DAYS = 365


def make_client(province: Province) -> None:
    """It sees the whole province and may do everything that a client can."""
    keeper = User.objects.filter(is_superuser=True).order_by("pk")[0]
    client, _token = machines.create_client(
        actor=keeper,
        name=NAME,
        contact="Trung tâm hỗ trợ (mẫu), 0900 000 018",
        unit_ids=Unit.objects.filter(parent=None).values_list("pk", flat=True),
        scopes=ApiScope.values,
        per_minute=600,
        days=DAYS,
    )
    ApiToken.objects.filter(client=client).delete()  # the one that nobody has seen
    end = timezone.now() + dt.timedelta(days=DAYS)
    make_token(client, end, secret=_secret(province))


def client_facts(province: Province) -> list[dict[str, str]]:
    """Name and token of the sample client of the open province."""
    found = ApiClient.objects.filter(user__full_name=NAME, revoked_at=None).order_by("pk")
    token = words_of(_secret(province))
    return [{"province": province.code, "name": NAME, "token": token} for _each in found[:1]]


def _secret(province: Province) -> str:
    """Made again from the secret of the installation. Only the demo can do that."""
    if not settings.GOVIT_DEMO:
        raise RuntimeError("tokens can be made again in the demo only")
    words = f"demo token {province.code}".encode()
    found = hmac.new(settings.SECRET_KEY.encode(), words, sha256).digest()
    return base64.urlsafe_b64encode(found).decode().rstrip("=")
