"""A fee that was given back, because its reception was void: how, and when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("onestop", "0004_index_what_is_rare_in_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="feereceipt",
            name="refund",
            field=models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="feereceipt",
            name="refunded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="feereceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("refund", ""), ("refunded_at", None))
                | models.Q(models.Q(("refund", ""), _negated=True), ("refunded_at__isnull", False)),
                name="fee_refund_complete",
            ),
        ),
    ]
