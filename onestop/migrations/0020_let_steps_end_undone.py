"""A step that was open when its dossier ended has a state of its own. The new rule is checked for
what is written from now on; the next migration checks what was there."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

STATES = [
    ("planned", "Not yet"),
    ("open", "Under way"),
    ("closed", "Done"),
    ("sent_back", "Returned for correction"),
    ("ended", "Ended with the dossier"),
    ("skipped", "Not needed"),
]
OVER = ["closed", "sent_back", "ended"]


class Migration(migrations.Migration):
    dependencies = [("onestop", "0019_add_feerefund")]

    operations = [
        migrations.AlterField(
            "steprun",
            "state",
            models.CharField(choices=STATES, default="planned", max_length=10),
        ),
        migrations.RemoveConstraint("steprun", "step_run_closed_by_somebody"),
        AddConstraintNotValid(
            "steprun",
            models.CheckConstraint(
                name="step_run_closed_by_somebody",
                condition=Q(state__in=OVER, closed_at__isnull=False)
                | (~Q(state__in=OVER) & Q(closed_at=None)),
            ),
        ),
    ]
