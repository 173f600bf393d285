"""Indexes for what is rare in lists; built while people work, may be repeated."""

from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddIndexAgain

CLOSED = Q(closed_at__isnull=False)
INDEXES = (
    ("dossier_closed_by_moment", ["province", "-closed_at", "-id"], CLOSED),
    (
        "dossier_waiting_by_unit",
        ["province", "holder_unit", "due_at", "id"],
        Q(closed_at=None, status__in=[5, 6]),
    ),
    (
        "dossier_new_by_unit",
        ["province", "holder_unit", "arrived_at", "id"],
        Q(closed_at=None, accepted_at=None),
    ),
    (
        "dossier_ended_by_unit",
        ["province", "holder_unit", "-closed_at", "-id"],
        Q(closed_at__isnull=False, status__in=[3, 7, 8]),
    ),
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("onestop", "0003_add_result_capacity")]

    operations = [
        AddIndexAgain("dossier", models.Index(fields=fields, name=name, condition=condition))
        for name, fields, condition in INDEXES
    ]
