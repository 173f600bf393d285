"""A financial duty (land, tax) can exceed 32 bits: amounts of money get 64."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("onestop", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dossier",
            name="fee_due_vnd",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="dossier",
            name="fee_taken_vnd",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="feereceipt",
            name="due_vnd",
            field=models.PositiveBigIntegerField(),
        ),
        migrations.AlterField(
            model_name="feereceipt",
            name="taken_vnd",
            field=models.PositiveBigIntegerField(),
        ),
        migrations.AlterField(
            model_name="procedurechannel",
            name="fee_ceiling_vnd",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="procedurechannel",
            name="fee_second_vnd",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="procedurechannel",
            name="fee_vnd",
            field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name="Fee"),
        ),
    ]
