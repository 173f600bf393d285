"""What is open without parts of linked dossiers, what a whole province received and what was
finished of a procedure, each from an index. Built while people work, may be repeated."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddIndexAgain


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("onestop", "0017_add_blank_forms")]

    operations = [
        AddIndexAgain(
            "dossier",
            models.Index(
                fields=["province", "competent_unit", "due_at"],
                include=["status", "procedure", "handling_unit"],
                name="dossier_open_whole",
                condition=Q(
                    closed_at=None, finished_at=None, accepted_at__isnull=False, parent=None
                ),
            ),
        ),
        RemoveIndexConcurrently("dossier", "dossier_stock"),
        AddIndexAgain(
            "dossier",
            models.Index(
                fields=["province", "accepted_at", "id"],
                name="dossier_by_accepted",
                condition=Q(accepted_at__isnull=False, voided_at=None, parent=None),
            ),
        ),
        AddIndexAgain(
            "dossier",
            models.Index(
                fields=["province", "procedure", "finished_at"],
                name="dossier_by_procedure_finished",
                condition=Q(finished_at__isnull=False),
            ),
        ),
    ]
