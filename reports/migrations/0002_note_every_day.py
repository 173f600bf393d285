"""What was received and finished before there were summaries is counted by the worker."""

from django.db import migrations, transaction

NOTE = """
    INSERT INTO reports_dirtyday (province_id, unit_id, day)
    SELECT DISTINCT d.province_id, d.competent_unit_id, day
    FROM onestop_dossier d
    CROSS JOIN LATERAL (VALUES ((d.accepted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date),
        ((d.finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)) AS days (day)
    WHERE d.province_id = %s AND d.voided_at IS NULL AND day IS NOT NULL
    ON CONFLICT (province_id, unit_id, day) DO NOTHING"""


def note(apps, schema_editor):
    provinces = apps.get_model("tenancy", "Province").objects.values_list("pk", flat=True)
    for province_id in list(provinces):
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.province', %s, true)", [str(province_id)])
            cursor.execute(NOTE, [province_id])


class Migration(migrations.Migration):
    atomic = False  # one transaction for each province

    dependencies = [("reports", "0001_initial"), ("onestop", "0008_fill_duechange")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop, elidable=True)]
