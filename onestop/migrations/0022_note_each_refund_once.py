"""Each receipt of a refund once in its dossier. The index of the constraint serves the dossier."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onestop", "0021_mark_steps_that_were_not_done")]

    operations = [
        migrations.AddConstraint(
            "feerefund",
            models.UniqueConstraint(
                fields=["province", "dossier", "number"], name="refund_once_per_receipt"
            ),
        ),
        migrations.RemoveIndex("feerefund", "refund_by_dossier"),
    ]
