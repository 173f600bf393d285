import datetime

import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directives", "0002_remind_of_tasks"),
        ("organizations", "0015_grant_task_permissions"),
        ("tenancy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="task",
            name="task_open_by_lead",
        ),
        migrations.RemoveIndex(
            model_name="task",
            name="task_open_by_unit",
        ),
        migrations.RemoveIndex(
            model_name="task",
            name="task_open_by_person",
        ),
        migrations.RemoveIndex(
            model_name="task",
            name="task_open_by_giver",
        ),
        migrations.RemoveIndex(
            model_name="task",
            name="task_open_by_follower",
        ),
        migrations.AddField(
            model_name="task",
            name="form_token",
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                models.F("province"),
                models.F("lead"),
                django.db.models.functions.comparison.Coalesce(
                    "due_on",
                    models.Value(datetime.date(9999, 12, 31)),
                    output_field=models.DateField(),
                ),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("given", "returned", "accepted", "in_work", "reported"))
                ),
                name="task_open_by_lead",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                models.F("province"),
                models.F("unit"),
                django.db.models.functions.comparison.Coalesce(
                    "due_on",
                    models.Value(datetime.date(9999, 12, 31)),
                    output_field=models.DateField(),
                ),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("given", "returned", "accepted", "in_work", "reported"))
                ),
                name="task_open_by_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                models.F("province"),
                models.F("person"),
                django.db.models.functions.comparison.Coalesce(
                    "due_on",
                    models.Value(datetime.date(9999, 12, 31)),
                    output_field=models.DateField(),
                ),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("given", "returned", "accepted", "in_work", "reported"))
                ),
                name="task_open_by_person",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                models.F("province"),
                models.F("giver"),
                django.db.models.functions.comparison.Coalesce(
                    "due_on",
                    models.Value(datetime.date(9999, 12, 31)),
                    output_field=models.DateField(),
                ),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("given", "returned", "accepted", "in_work", "reported"))
                ),
                name="task_open_by_giver",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                models.F("province"),
                models.F("follower"),
                django.db.models.functions.comparison.Coalesce(
                    "due_on",
                    models.Value(datetime.date(9999, 12, 31)),
                    output_field=models.DateField(),
                ),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("given", "returned", "accepted", "in_work", "reported"))
                ),
                name="task_open_by_follower",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ("given", "returned", "accepted", "in_work", "reported"))
                ),
                fields=["province", "due_on", "id"],
                name="task_open_by_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                fields=("province", "form_token"), name="task_submitted_once"
            ),
        ),
    ]
