"""A result keeps in what capacity it was approved: "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC"."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("onestop", "0002_widen_amounts_of_money"),
    ]

    operations = [
        migrations.AddField(
            model_name="result",
            name="capacity",
            field=models.CharField(blank=True, max_length=250),
        ),
    ]
