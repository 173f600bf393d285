"""A column by which messages of the bus are found, by pieces of words and without accents."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_messages_of_the_bus")]

    operations = [
        migrations.AddField(
            model_name="busmessage",
            name="search_text",
            field=models.CharField(default="", editable=False, max_length=430),
            preserve_default=False,
        ),
    ]
