"""Invented ratings of three months that are over: sums, as the portal keeps them, and words."""

from __future__ import annotations

import datetime as dt
import random
import secrets

from django.db.models import Count
from django.utils import timezone

from onestop.models import Dossier
from portal.models import RatingComment, RatingSum
from portal.rules import Question

MONTHS = 3
MOST_UNITS = 12
WORDS = (
    "Cán bộ hướng dẫn rõ ràng, dễ hiểu.",
    "Nên có thêm ghế ngồi chờ vào buổi sáng.",
    "Phải đi lại hai lần vì thiếu giấy tờ, mong hướng dẫn kỹ hơn từ đầu.",
    "Trả kết quả sớm hơn ngày hẹn, rất hài lòng.",
)


def invent_ratings(rng: random.Random) -> None:
    """Sums for the units with most results, six to forty ratings of each in a month."""
    busiest = (
        Dossier.objects.filter(finished_at__isnull=False)
        .values("competent_unit", "procedure")
        .annotate(count=Count("pk"))
        .order_by("-count", "competent_unit", "procedure")[:MOST_UNITS]
    )
    sums, words = [], []
    for row in busiest:
        for month in _months(timezone.localdate()):
            how_many = rng.randint(6, 40)
            for question in Question:
                sums += _answers(rng, row, month, question, how_many)
            words.append(
                RatingComment(
                    id=secrets.randbelow(2**62), unit_id=row["competent_unit"], month=month,
                    text=rng.choice(WORDS),
                )
            )  # fmt: skip
    RatingSum.objects.bulk_create(sums)
    RatingComment.objects.bulk_create(words)


def _months(today: dt.date) -> list[dt.date]:
    """The last months that are over, by their first days."""
    found, day = [], today.replace(day=1)
    for _each in range(MONTHS):
        day = (day - dt.timedelta(days=1)).replace(day=1)
        found.append(day)
    return found


def _answers(
    rng: random.Random, row: dict[str, int], month: dt.date, question: Question, how_many: int
) -> list[RatingSum]:
    """How the ratings of a month answered one question; mostly well."""
    points = rng.choices((2, 1, 0), weights=(6, 3, 1), k=how_many)
    return [
        RatingSum(
            unit_id=row["competent_unit"], procedure_id=row["procedure"], month=month,
            question=question, points=each, count=points.count(each),
        )
        for each in sorted(set(points))
    ]  # fmt: skip
