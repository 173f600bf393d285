"""`once`: a request that is sent again gets the same answer, and nothing happens twice."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from organizations.models import ApiClient, KeptAnswer
from tenancy.scope import required_province_id

KEEP = dt.timedelta(days=30)
Answer = tuple[int, dict[str, Any]]  # status and body
_CLAIM = f"""
    INSERT INTO {KeptAnswer._meta.db_table} (province_id, client_id, key, request_digest, body, at)
    VALUES (%s, %s, %s, %s, '{{}}', %s)
    ON CONFLICT (province_id, client_id, key) DO NOTHING RETURNING id
"""  # noqa: S608  the table's own name


class KeyReused(DomainError):
    code = "idempotency_key_reused"
    default_message = _(
        "This Idempotency-Key was used for another request. Take a new key for each submission."
    )


def digest_of_request(method: str, address: str, body: Any) -> str:
    """The same for bodies that say the same, however they are spaced and ordered."""
    words = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(f"{method} {address}\n{words}".encode()).hexdigest()


@transaction.atomic
def once(client: ApiClient, key: str, digest: str, act: Callable[[], Answer]) -> Answer:
    """Do `act` and keep its answer, or give the one that is kept.

    The key is claimed first: a second request with it waits for the first one's end (two seconds
    at most). When the first fails, its claim goes with it and the second one acts.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM, [required_province_id(), client.pk, key, digest, timezone.now()]
        )  # fmt: skip
        claimed = cursor.fetchone()
    if claimed:
        status, body = act()
        KeptAnswer.objects.filter(pk=claimed[0]).update(status=status, body=body)
        return status, body
    kept = KeptAnswer.objects.get(client=client, key=key)
    if kept.request_digest != digest:
        raise KeyReused
    return kept.status, kept.body


def forget_old(now: dt.datetime) -> int:
    """Delete answers kept for longer than thirty days: who repeats after that acts anew."""
    gone, _rows = KeptAnswer.objects.filter(at__lt=now - KEEP).delete()
    return int(gone)
