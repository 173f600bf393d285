"""What is open by competent unit, and what a unit did in a period, counted from the index alone.
Built while people work, may be repeated."""

from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddIndexAgain


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("onestop", "0015_add_result_templates")]

    operations = [
        AddIndexAgain(
            "dossier",
            models.Index(
                fields=["province", "competent_unit", "due_at"],
                include=["status", "procedure", "handling_unit"],
                name="dossier_stock",
                condition=Q(closed_at=None, finished_at=None, accepted_at__isnull=False),
            ),
        ),
        AddIndexAgain(
            "steprun",
            models.Index(
                fields=["province", "unit", "closed_at"],
                include=["kind", "state", "closed_by", "on_behalf_of"],
                name="step_run_by_unit_closed",
                condition=Q(closed_at__isnull=False),
            ),
        ),
    ]
