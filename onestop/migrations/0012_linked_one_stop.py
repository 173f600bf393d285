"""Linked one-stop: groups of procedures, dossiers with parts."""

from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tenancy.models
import tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("onestop", "0011_add_originals"),
        ("organizations", "0005_grant_report_permissions"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkedMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(verbose_name="Order")),
                ("is_lead", models.BooleanField(default=False, verbose_name="Lead")),
                (
                    "limit_amount",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("1"),
                        max_digits=7,
                        verbose_name="Time limit of the part",
                    ),
                ),
                (
                    "limit_unit",
                    models.CharField(
                        choices=[
                            ("working_days", "working days"),
                            ("days", "days"),
                            ("months", "months"),
                            ("hours", "hours"),
                            ("minutes", "minutes"),
                            ("same_day", "within the day"),
                        ],
                        max_length=15,
                        verbose_name="Counted in",
                    ),
                ),
            ],
            options={
                "ordering": ["order"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="LinkedPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                ("round", models.PositiveSmallIntegerField(default=1)),
                (
                    "settlement",
                    models.CharField(
                        blank=True,
                        choices=[("waived", "Gone on without"), ("renewed", "Given out again")],
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_reason", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "ordering": ["order", "round"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="dossier",
            name="parent",
            field=tenancy.models.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="onestop.dossier",
            ),
        ),
        migrations.AlterField(
            model_name="dossier",
            name="lookup_number",
            field=models.CharField(max_length=11, null=True),
        ),
        migrations.AlterField(
            model_name="participant",
            name="part",
            field=models.CharField(
                choices=[
                    ("receiving", "Receiving"),
                    ("competent", "Resolving"),
                    ("handling", "Handling"),
                    ("step", "Step of the process"),
                    ("consulted", "Asked for an opinion"),
                    ("lead", "Lead of the linked procedures"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="process",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("active", "In use"),
                    ("retired", "Replaced"),
                    ("linked", "Of a linked group"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="processstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receive", "Receive"),
                    ("assign", "Assign"),
                    ("process", "Appraise"),
                    ("review", "Review"),
                    ("consult", "Ask another unit"),
                    ("approve", "Sign"),
                    ("release", "Number and release"),
                    ("follow", "Follow the linked parts"),
                    ("return", "Return result"),
                ],
                max_length=8,
                verbose_name="Kind of step",
            ),
        ),
        migrations.CreateModel(
            name="LinkedGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, verbose_name="Code of the group")),
                ("name", models.CharField(max_length=300, verbose_name="Linked group")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("same_level", "Agencies of one level"),
                            ("levels", "Agencies of different levels"),
                        ],
                        max_length=10,
                        verbose_name="Kind",
                    ),
                ),
                (
                    "limit_amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=7, verbose_name="Total time limit"
                    ),
                ),
                (
                    "limit_unit",
                    models.CharField(
                        choices=[
                            ("working_days", "working days"),
                            ("days", "days"),
                            ("months", "months"),
                            ("hours", "hours"),
                            ("minutes", "minutes"),
                            ("same_day", "within the day"),
                        ],
                        max_length=15,
                        verbose_name="Counted in",
                    ),
                ),
                (
                    "decision",
                    models.CharField(blank=True, max_length=300, verbose_name="Deciding document"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(blank=True, null=True, verbose_name="In force from"),
                ),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="In force until"),
                ),
                ("published_at", models.DateTimeField(null=True)),
                ("search_text", models.CharField(editable=False, max_length=400)),
                ("is_sample", models.BooleanField(default=False)),
                (
                    "process",
                    tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="onestop.process",
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
            },
        ),
        migrations.AddField(
            model_name="dossier",
            name="group",
            field=tenancy.models.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="onestop.linkedgroup",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lookup_number__isnull", False), ("parent", None)),
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("fee_due_vnd", 0),
                        ("fee_taken_vnd", 0),
                        ("form_token", None),
                        ("group", None),
                        ("lookup_number", None),
                        ("parent__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="dossier_part_faces_no_citizen",
            ),
        ),
        migrations.AddField(
            model_name="linkedmember",
            name="group",
            field=tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="onestop.linkedgroup",
            ),
        ),
        migrations.AddField(
            model_name="linkedmember",
            name="procedure",
            field=tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="linked_members",
                to="onestop.procedure",
            ),
        ),
        migrations.AddField(
            model_name="linkedmember",
            name="province",
            field=models.ForeignKey(
                db_index=False,
                default=tenancy.scope.current_province_id,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.province",
            ),
        ),
        migrations.AddField(
            model_name="linkedmember",
            name="unit",
            field=tenancy.models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.unit",
            ),
        ),
        migrations.AddField(
            model_name="linkedpart",
            name="dossier",
            field=tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="part_of",
                to="onestop.dossier",
            ),
        ),
        migrations.AddField(
            model_name="linkedpart",
            name="member",
            field=tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="onestop.linkedmember",
            ),
        ),
        migrations.AddField(
            model_name="linkedpart",
            name="parent",
            field=tenancy.models.TenantForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="onestop.dossier",
            ),
        ),
        migrations.AddField(
            model_name="linkedpart",
            name="province",
            field=models.ForeignKey(
                db_index=False,
                default=tenancy.scope.current_province_id,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.province",
            ),
        ),
        migrations.AddField(
            model_name="linkedpart",
            name="settled_by",
            field=tenancy.models.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedgroup",
            constraint=models.UniqueConstraint(
                fields=("province", "code"), name="linked_group_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at", None), ("state", "draft")),
                    models.Q(
                        ("published_at__isnull", False),
                        ("state", "published"),
                        ("valid_from__isnull", False),
                        models.Q(("decision", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="linked_group_published_is_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="linked_group_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    models.Q(("kind", "levels"), ("process__isnull", False)),
                    models.Q(("kind", "same_level"), ("process", None)),
                    _connector="OR",
                ),
                name="linked_group_relay_has_process",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedmember",
            constraint=models.UniqueConstraint(
                fields=("province", "group", "procedure"), name="linked_member_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedmember",
            constraint=models.UniqueConstraint(
                fields=("province", "group", "order"), name="linked_member_order_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_lead", True)),
                fields=("province", "group"),
                name="linked_group_one_lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedpart",
            constraint=models.UniqueConstraint(
                fields=("province", "dossier"), name="linked_part_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedpart",
            constraint=models.UniqueConstraint(
                fields=("province", "parent", "order", "round"), name="linked_part_round_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedpart",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settlement", "renewed"), _negated=True),
                fields=("province", "parent", "order"),
                name="linked_part_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("settled_at", None),
                        ("settled_by", None),
                        ("settled_reason", ""),
                        ("settlement", ""),
                    ),
                    models.Q(
                        models.Q(("settlement", ""), _negated=True),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        models.Q(("settled_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="linked_part_settled_by_somebody",
            ),
        ),
    ]
