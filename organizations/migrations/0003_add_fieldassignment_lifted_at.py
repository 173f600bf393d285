"""An assigned field narrows a leader until an administrator lifts it; what is lifted may be
assigned again from the same day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0002_widen_assigned_field"),
    ]

    operations = [
        migrations.AddField(
            model_name="fieldassignment",
            name="lifted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RemoveConstraint(
            model_name="fieldassignment",
            name="field_assignment_once",
        ),
        migrations.AddConstraint(
            model_name="fieldassignment",
            constraint=models.UniqueConstraint(
                fields=("province", "user", "unit", "field", "valid_from"),
                condition=models.Q(("lifted_at", None)),
                name="field_assignment_once",
            ),
        ),
    ]
