"""Indexes built while people work: a build that fails leaves an index that PostgreSQL does not use.

`migrate` may be repeated then: such an index is dropped and built again, a whole one stays.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

CLOSED = Q(closed_at__isnull=False)
INDEXES = (
    ("dossier_closed_by_moment", ["province", "-closed_at", "-id"], CLOSED),
    (
        "dossier_waiting_by_unit",
        ["province", "holder_unit", "due_at", "id"],
        Q(closed_at=None, status__in=[5, 6]),
    ),
    (
        "dossier_new_by_unit",
        ["province", "holder_unit", "arrived_at", "id"],
        Q(closed_at=None, accepted_at=None),
    ),
    (
        "dossier_ended_by_unit",
        ["province", "holder_unit", "-closed_at", "-id"],
        Q(closed_at__isnull=False, status__in=[3, 7, 8]),
    ),
)


class AddIndexAgain(AddIndexConcurrently):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)",
                [self.index.name],
            )
            (is_whole,) = cursor.fetchone() or (None,)
        if is_whole is False:
            name = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {name}")
        if not is_whole:
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("onestop", "0003_add_result_capacity")]

    operations = [
        AddIndexAgain("dossier", models.Index(fields=fields, name=name, condition=condition))
        for name, fields, condition in INDEXES
    ]
