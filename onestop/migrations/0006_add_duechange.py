"""The history of what was due when."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.models
import tenancy.scope

REASONS = [
    ("accepted", "Accepted"),
    ("wait_ended", "A wait for the citizen ended"),
    ("restarted", "The time limit began anew"),
    ("extended", "Extended with an apology"),
    ("calendar", "The calendar of working days has changed"),
    ("known", "As it was when its history began"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("onestop", "0005_add_feereceipt_refund"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DueChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("reason", models.CharField(choices=REASONS, max_length=12)),
                (
                    "dossier",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="due_changes",
                        to="onestop.dossier",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        db_index=False,
                        default=tenancy.scope.current_province_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.province",
                    ),
                ),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddIndex(
            model_name="duechange",
            index=models.Index(fields=["province", "dossier", "at"], name="due_change_by_dossier"),
        ),
    ]
