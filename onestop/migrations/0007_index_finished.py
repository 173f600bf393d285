"""An index for what was finished in a period; built while people work, may be repeated."""

from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddIndexAgain


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("onestop", "0006_add_duechange")]

    operations = [
        AddIndexAgain(
            "dossier",
            models.Index(
                fields=["province", "finished_at", "competent_unit"],
                name="dossier_by_finished",
                condition=Q(finished_at__isnull=False),
            ),
        )
    ]
