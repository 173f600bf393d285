"""Who gives, watches or works on tasks by his role gets these rights, too, without a new position."""

from django.db import migrations, transaction

GIVEN = {
    "view_tasks": ["official", "head", "leader", "province_leader", "oversight"],
    "give_tasks": ["head", "leader", "province_leader"],
    "handle_tasks": ["official", "head", "leader"],
}
NAMES = {
    "view_tasks": "See tasks that are given to the unit or by it",
    "give_tasks": "Give tasks and decide on them",
    "handle_tasks": "Work on tasks",
}

# All these roles see dossiers: their compiled rights are copied with the new permission.
GRANT = """
    INSERT INTO organizations_unituserpermission (province_id, user_id, permission_id,
        content_object_id, valid_from, valid_to, position_id, delegation_id)
    SELECT g.province_id, g.user_id, %s, g.content_object_id, g.valid_from, g.valid_to,
        g.position_id, g.delegation_id
    FROM organizations_unituserpermission g
    JOIN auth_permission p ON p.id = g.permission_id AND p.codename = 'view_dossiers'
    LEFT JOIN organizations_position o ON o.id = g.position_id
    LEFT JOIN organizations_delegation l ON l.id = g.delegation_id
    WHERE g.province_id = %s AND COALESCE(o.role, l.role) = ANY(%s) AND NOT EXISTS (
        SELECT 1 FROM organizations_unituserpermission same
        WHERE same.user_id = g.user_id AND same.permission_id = %s
            AND same.content_object_id = g.content_object_id
            AND same.position_id IS NOT DISTINCT FROM g.position_id
            AND same.delegation_id IS NOT DISTINCT FROM g.delegation_id)"""


def grant(apps, schema_editor):
    kind = (
        apps.get_model("contenttypes", "ContentType")
        .objects.filter(app_label="organizations", model="unit")
        .first()
    )
    if kind is None:
        return  # a new installation: nobody holds anything yet
    permissions = apps.get_model("auth", "Permission").objects
    provinces = list(apps.get_model("tenancy", "Province").objects.values_list("pk", flat=True))
    for codename, roles in GIVEN.items():
        known, _made = permissions.get_or_create(
            content_type=kind, codename=codename, defaults={"name": NAMES[codename]}
        )
        for province_id in provinces:
            with transaction.atomic(), schema_editor.connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.province', %s, true)", [str(province_id)])
                cursor.execute(GRANT, [known.pk, province_id, roles, known.pk])


class Migration(migrations.Migration):
    atomic = False  # one transaction for each province

    dependencies = [
        ("organizations", "0014_add_task_permissions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("tenancy", "0001_initial"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop, elidable=True)]
