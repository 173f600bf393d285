from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_add_text_messages")]

    operations = [
        migrations.AlterField(
            model_name="smsmessage",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Waiting"),
                    ("sent", "Sent"),
                    ("delivered", "Delivered"),
                    ("failed", "Failed"),
                    ("expired", "Expired, not sent"),
                ],
                default="queued",
                max_length=10,
            ),
        ),
    ]
