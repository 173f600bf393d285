"""Indexes for dossiers of linked groups and their parts; built while people work."""

from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddIndexAgain


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("onestop", "0012_linked_one_stop")]

    operations = [
        AddIndexAgain(
            "dossier",
            models.Index(
                fields=["province", "parent", "id"],
                name="dossier_by_parent",
                condition=Q(parent__isnull=False),
            ),
        ),
        AddIndexAgain(
            "dossier",
            models.Index(
                fields=["province", "group", "id"],
                name="dossier_by_group",
                condition=Q(group__isnull=False),
            ),
        ),
    ]
