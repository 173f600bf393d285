from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("documents", "0022_keep_long_handles")]

    operations = [
        migrations.AddField(
            model_name="confirmation",
            name="given_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=Q(given_at=None) | ~Q(state__in=("asking", "phone", "code")),
                name="confirmation_given_at_when_given",
            ),
        ),
    ]
