"""The units to which a leader gives work lately. Built while people work, may be repeated."""

from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddIndexAgain


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("documents", "0018_confirm_on_the_phone")]

    operations = [
        AddIndexAgain(
            "assignment",
            models.Index(
                fields=["province", "given_by", "-id"],
                name="assignment_leads_given",
                condition=Q(part="lead"),
            ),
        ),
    ]
