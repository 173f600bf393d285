"""An index for who reads on in the log of one kind of subject; built while people work."""

from django.db import migrations, models

from tenancy.operations import AddIndexAgain


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("audit", "0001_initial")]

    operations = [
        AddIndexAgain(
            "auditentry",
            models.Index(fields=["province", "subject_type", "id"], name="audit_by_kind"),
        )
    ]
