"""Which file of ours has these bytes. Built while people work, may be repeated."""

from django.db import migrations, models

from tenancy.operations import AddIndexAgain


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("files", "0002_let_citizens_upload")]

    operations = [
        AddIndexAgain(
            "storedfile",
            models.Index(fields=["province", "sha256"], name="file_by_sha256"),
        ),
    ]
