"""What somebody signs beside the signer. Built while people work, may be repeated."""

from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddIndexAgain


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("documents", "0025_sign_beside_the_signer")]

    operations = [
        AddIndexAgain(
            "outgoing",
            models.Index(
                fields=["province", "second", "-id"],
                name="outgoing_by_second",
                condition=Q(second__isnull=False),
            ),
        ),
    ]
