"""A financial duty (land, tax) can exceed 32 bits: amounts of money get 64.

PostgreSQL writes a table anew for that: once for all of its columns, in one statement, where
Django alone would send one for each column. The table is closed to everybody meanwhile.
"""

from django.db import migrations, models

PLAIN = models.PositiveBigIntegerField()
AT_FIRST_NOTHING = models.PositiveBigIntegerField(default=0)
MAYBE = models.PositiveBigIntegerField(blank=True, null=True)
WIDENED = {
    "dossier": {"fee_due_vnd": AT_FIRST_NOTHING, "fee_taken_vnd": AT_FIRST_NOTHING},
    "feereceipt": {"due_vnd": PLAIN, "taken_vnd": PLAIN},
    "procedurechannel": {
        "fee_ceiling_vnd": MAYBE,
        "fee_second_vnd": MAYBE,
        "fee_vnd": models.PositiveBigIntegerField(blank=True, null=True, verbose_name="Fee"),
    },
}


def alter(table, columns, kind):
    parts = ", ".join(f'ALTER COLUMN "{column}" TYPE {kind}' for column in columns)
    return f'ALTER TABLE "onestop_{table}" {parts}'


class Migration(migrations.Migration):
    dependencies = [
        ("onestop", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            alter(table, columns, "bigint"),
            alter(table, columns, "integer"),
            state_operations=[
                migrations.AlterField(table, column, field) for column, field in columns.items()
            ],
        )
        for table, columns in WIDENED.items()
    ]
