"""Ratings by citizens: sums, marks that say "already rated", and words."""

import django.db.models.deletion
from django.db import migrations, models

import tenancy.models
import tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("onestop", "0001_initial"),
        ("organizations", "0001_initial"),
        ("portal", "0003_count_how_long_procedures_take"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RatingComment",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("text", models.CharField(max_length=500)),
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
                (
                    "unit",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["province", "unit", "month"], name="comment_by_month")
                ],
            },
        ),
        migrations.CreateModel(
            name="RatingMark",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
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
                    models.UniqueConstraint(fields=("province", "digest"), name="rating_mark_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RatingSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                (
                    "question",
                    models.CharField(
                        choices=[
                            ("time", "Time against the appointed day"),
                            (
                                "contacts",
                                "Contacts with the counter until the dossier was complete",
                            ),
                            ("agencies", "Agencies to go to"),
                            ("attitude", "Attitude of the staff"),
                        ],
                        max_length=10,
                    ),
                ),
                ("points", models.PositiveSmallIntegerField()),
                ("count", models.PositiveIntegerField()),
                (
                    "procedure",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
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
                (
                    "unit",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["province", "month"], name="rating_sum_by_month")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("province", "unit", "procedure", "month", "question", "points"),
                        name="rating_sum_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1), ("points__lte", 2)),
                        name="rating_sum_of_a_month",
                    ),
                ],
            },
        ),
    ]
