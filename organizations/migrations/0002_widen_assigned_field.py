"""A field that is assigned is as long as the field of a procedure."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="fieldassignment",
            name="field",
            field=models.CharField(max_length=300),
        ),
    ]
