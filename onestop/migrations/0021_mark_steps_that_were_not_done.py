"""Steps that ended with their dossier were kept as done ones, by whoever ended it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, transaction

# Refused, stopped or given back: what was closed in that very moment was open until then. Who
# refused at a step that decides, and that nobody had in hand, had it to decide.
MARK = """
    UPDATE onestop_steprun AS run SET state = 'ended', person_id = CASE
        WHEN run.person_id IS NULL AND d.status = 3 AND run.kind IN ('review', 'approve')
            AND run.unit_id IN (d.competent_unit_id, d.handling_unit_id)
        THEN run.closed_by_id ELSE run.person_id END
    FROM onestop_dossier d
    WHERE d.province_id = %(province)s AND d.voided_at IS NULL AND d.closed_at IS NOT NULL
        AND d.accepted_at IS NOT NULL AND (d.status IN (3, 8) OR d.granted_at IS NOT NULL)
        AND run.province_id = %(province)s AND run.dossier_id = d.id
        AND run.state = 'closed' AND run.closed_at = d.closed_at"""


def mark(apps, schema_editor):
    provinces = apps.get_model("tenancy", "Province").objects.values_list("pk", flat=True)
    for province_id in list(provinces):
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.province', %s, true)", [str(province_id)])
            cursor.execute(MARK, {"province": province_id})


class Migration(migrations.Migration):
    atomic = False  # one transaction for each province

    dependencies = [("onestop", "0020_let_steps_end_undone")]

    operations = [
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=True),
        ValidateConstraint("steprun", "step_run_closed_by_somebody"),
    ]
