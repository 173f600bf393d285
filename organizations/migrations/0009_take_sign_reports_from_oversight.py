"""Who only watches signs nothing any more: leaders of the province hold a role of their own."""

from django.db import migrations, transaction

TAKE = """
    DELETE FROM organizations_unituserpermission g
    USING auth_permission p, organizations_position o
    WHERE g.province_id = %s AND p.id = g.permission_id AND p.codename = 'sign_reports'
        AND o.id = g.position_id AND o.role = 'oversight'"""


def take(apps, schema_editor):
    provinces = apps.get_model("tenancy", "Province").objects.values_list("pk", flat=True)
    for province_id in list(provinces):
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.province', %s, true)", [str(province_id)])
            cursor.execute(TAKE, [province_id])


class Migration(migrations.Migration):
    atomic = False  # one transaction for each province

    dependencies = [
        ("organizations", "0008_add_unitmove"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("tenancy", "0001_initial"),
    ]

    operations = [migrations.RunPython(take, migrations.RunPython.noop, elidable=True)]
