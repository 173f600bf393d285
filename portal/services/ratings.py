"""A citizen rates how his dossier was handled: once, and nobody can tell afterwards what he said.

Only sums are kept, and apart from them a mark that proves "already rated" (decision 0005). No
audit row is written: its moment would lead back to the person.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError
from onestop.models import Dossier, DossierPerson
from onestop.states import Status
from portal.models import RatingComment, RatingMark, RatingSum
from portal.public import scrub
from tenancy.scope import required_province_id

RATED_AFTER = (Status.NOT_ACCEPTED, Status.COMPLETED, Status.RETURNED)


class NotYetError(DomainError):
    """There is neither a result nor a refusal."""

    code = "not_yet"


def is_open(dossier_id: int) -> bool:
    """Whether this dossier can be rated now. Two queries at most."""
    ended = Dossier.objects.in_force().whole().filter(pk=dossier_id, status__in=RATED_AFTER)
    return ended.exists() and not RatingMark.objects.filter(digest=_digest(dossier_id)).exists()


@transaction.atomic
def rate(dossier_id: int, *, answers: Mapping[str, int], comment: str) -> None:
    """Add the answers to the sums of the month. Two at once: one counts, the other is refused.

    `answers` are points by question. The actor is whoever holds the slip; he is not written down.
    """
    rows = Dossier.objects.in_force().whole().filter(pk=dossier_id, status__in=RATED_AFTER)
    names = DossierPerson.objects.filter(dossier=OuterRef("pk")).values("name")
    dossier = rows.annotate(person_names=ArraySubquery(names)).first()
    if dossier is None:
        raise NotYetError(_("A dossier is rated when its result or refusal is there."))
    _mark, is_first = RatingMark.objects.get_or_create(
        digest=_digest(dossier_id), defaults={"id": _random_number()}
    )
    if not is_first:
        raise AlreadyDone(_("This dossier was rated already. Thank you."))
    month = timezone.localdate().replace(day=1)
    _add(dossier, month, answers)
    text = scrub(comment, [dossier.applicant_name, *dossier.person_names])
    if text:
        RatingComment.objects.create(
            id=_random_number(), unit_id=dossier.competent_unit_id, month=month, text=text[:500]
        )


def _add(dossier: Dossier, month: dt.date, answers: Mapping[str, int]) -> None:
    """One statement; rows in one order, so that two ratings at once do not lock each other."""
    facts: list[Any] = [
        required_province_id(),
        dossier.competent_unit_id,
        dossier.procedure_id,
        month,
    ]
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, 1)"] * len(answers))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {RatingSum._meta.db_table} AS total
                (province_id, unit_id, procedure_id, month, question, points, count)
            VALUES {values}
            ON CONFLICT (province_id, unit_id, procedure_id, month, question, points)
            DO UPDATE SET count = total.count + 1
            """,  # noqa: S608  the table's own name
            [part for answer in sorted(answers.items()) for part in (*facts, *answer)],
        )


def _random_number() -> int:
    """A key that does not tell which row came first."""
    return secrets.randbelow(2**62)


def _digest(dossier_id: int) -> str:
    """What proves that a dossier was rated: without the key nobody can name the dossier."""
    words = f"rating\0{required_province_id()}\0{dossier_id}"
    return hmac.new(settings.SECRET_KEY.encode(), words.encode(), hashlib.sha256).hexdigest()
