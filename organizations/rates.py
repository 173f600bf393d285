"""How many requests are let through: a bucket per key, exact also under a race, in PostgreSQL.

A bucket holds `most` requests and fills up again within `seconds`. What is stored is one moment,
when it will have run empty of use, so one statement counts and refuses. No cache takes part.
Wrong answers of the look-up are counted elsewhere (portal/limits.py): a bucket that fills up again
would admit nearly twice as many guesses in an hour, and thousands of requests a minute are too many
for a list of their moments.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.db import connection
from django.utils import timezone

from organizations.models import RateBucket
from tenancy.scope import required_province_id

_TAKE = f"""
    INSERT INTO {RateBucket._meta.db_table} AS bucket (province_id, key, empty_at)
    VALUES (%(province)s, %(key)s, %(now)s + %(step)s)
    ON CONFLICT (province_id, key) DO UPDATE
        SET empty_at = GREATEST(bucket.empty_at, %(now)s) + %(step)s
        WHERE GREATEST(bucket.empty_at, %(now)s) + %(step)s <= %(now)s + %(window)s
    RETURNING empty_at
"""  # noqa: S608  the table's own name


def take(key: str, most: int, seconds: int) -> int:
    """Count one request. 0: it passes; else in how many seconds the next one would."""
    now, window = timezone.now(), dt.timedelta(seconds=seconds)
    step = window / most
    known: dict[str, Any] = {
        "province": required_province_id(), "key": key, "now": now, "step": step, "window": window
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, known)
        if cursor.fetchone():
            return 0
    empty_at = RateBucket.objects.values_list("empty_at", flat=True).get(key=key)
    return max(1, math.ceil((empty_at + step - window - now).total_seconds()))


def full(key: str, most: int, seconds: int) -> int:
    """As `take`, without counting: for a page that only reads, and takes afterwards. One query."""
    window = dt.timedelta(seconds=seconds)
    empty_at = RateBucket.objects.filter(key=key).values_list("empty_at", flat=True).first()
    if empty_at is None:
        return 0
    return max(0, math.ceil((empty_at + window / most - window - timezone.now()).total_seconds()))


def forget_empty(now: dt.datetime) -> int:
    """Delete buckets that say nothing any more; one that is in use is left alone."""
    old = RateBucket.objects.filter(empty_at__lt=now).select_for_update(skip_locked=True)
    found, _rows = RateBucket.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return int(found)
