"""What is due, batches and single rows apart. Built while people work, may be repeated."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddIndexAgain

WAITS = Q(state__in=["waiting", "trouble"])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("exchange", "0001_initial")]

    operations = [
        AddIndexAgain(
            "syncstate",
            models.Index(
                fields=["province", "is_known", "alone", "due_at", "id"],
                name="sync_state_due",
                condition=WAITS,
            ),
        ),
        AddIndexAgain(
            "syncprogress",
            models.Index(
                fields=["province", "alone", "due_at", "id"],
                name="sync_progress_due",
                condition=WAITS,
            ),
        ),
        RemoveIndexConcurrently("syncstate", "sync_state_waiting"),
        RemoveIndexConcurrently("syncprogress", "sync_progress_waiting"),
    ]
