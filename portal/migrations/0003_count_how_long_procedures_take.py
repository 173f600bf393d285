"""How long the dossiers of a procedure really took, counted once a night."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.models
import tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("onestop", "0001_initial"),
        ("portal", "0002_count_wrong_numbers_in_all"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcedureTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dossiers", models.PositiveIntegerField()),
                ("half_minutes", models.PositiveIntegerField()),
                ("half_days", models.DecimalField(decimal_places=2, max_digits=7)),
                ("most_minutes", models.PositiveIntegerField()),
                ("most_days", models.DecimalField(decimal_places=2, max_digits=7)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "procedure",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="onestop.procedure",
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
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "procedure"), name="procedure_time_once"
                    )
                ],
            },
        ),
    ]
