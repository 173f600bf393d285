"""Of a file that was not read, or not whole, the search says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0004_keep_words_of_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="filetext",
            name="left_out",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rest", "only its beginning is searched: it is very long"),
                    ("heavy", "not searched: reading it takes too long"),
                    ("locked", "not searched: it is protected by a password"),
                    ("broken", "not searched: it cannot be read"),
                    ("later", "not searched yet: it is read at night"),
                ],
                max_length=6,
            ),
        ),
    ]
