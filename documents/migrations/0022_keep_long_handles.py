from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0021_refer_to_earlier_documents")]

    operations = [
        migrations.AlterField(
            model_name="confirmation",
            name="handle",
            field=models.TextField(blank=True),
        )
    ]
