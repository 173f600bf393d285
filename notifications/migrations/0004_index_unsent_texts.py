"""What waits, failed or expired, in one index. Built while people work, may be repeated."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddIndexAgain


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0003_add_expired_texts")]

    operations = [
        AddIndexAgain(
            "smsmessage",
            models.Index(
                fields=["province", "-created_at", "-id"],
                name="sms_unsent",
                condition=Q(state__in=["queued", "failed", "expired"]),
            ),
        ),
        RemoveIndexConcurrently("smsmessage", "sms_not_sent"),
    ]
