"""An index for what was finished in a period; built while people work, may be repeated."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

AddIndexAgain = import_module("onestop.migrations.0004_index_what_is_rare_in_lists").AddIndexAgain


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
