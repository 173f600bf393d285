"""Accepted dossiers that have no history of their due moment get what is known: the present one."""

from django.db import migrations, transaction

FILL = """
    INSERT INTO onestop_duechange (province_id, dossier_id, at, due_at, reason)
    SELECT d.province_id, d.id, d.accepted_at, d.due_at, 'known' FROM onestop_dossier d
    WHERE d.province_id = %s AND d.accepted_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM onestop_duechange c WHERE c.province_id = d.province_id
        AND c.dossier_id = d.id)"""


def fill(apps, schema_editor):
    provinces = apps.get_model("tenancy", "Province").objects.values_list("pk", flat=True)
    for province_id in list(provinces):
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.province', %s, true)", [str(province_id)])
            cursor.execute(FILL, [province_id])


class Migration(migrations.Migration):
    atomic = False  # one transaction for each province

    dependencies = [("onestop", "0007_index_finished")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
