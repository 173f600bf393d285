"""Wrong look-up numbers are counted over all addresses too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="guesscount",
            name="kind",
            field=models.CharField(
                choices=[
                    ("code", "Look-up of one dossier code"),
                    ("address", "Look-up by code from one address"),
                    ("all", "Look-up by dossier code"),
                    ("number", "Look-up by number from one address"),
                    ("numbers", "Look-up by number"),
                    ("qr", "Look-up by QR code from one address"),
                ],
                max_length=10,
            ),
        ),
    ]
