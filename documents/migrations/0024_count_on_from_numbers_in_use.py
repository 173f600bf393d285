"""A type that counted with others and has a series of its own now goes on after its last number, and
so does thư công, which counts with công văn (NĐ 30/2020/NĐ-CP Điều 15)."""

from django.db import migrations, transaction

LAW = ["nghi-quyet-qppl", "quyet-dinh-qppl"]

# The same number in the new series would be refused for good: the symbol is the same.
RAISE = """
    INSERT INTO papers_counter AS counter (province_id, unit_id, series, period, last)
    SELECT r.province_id, r.unit_id, 'issue:' || r.id || ':' || series.name, o.year::text,
        max(o.number)
    FROM documents_outgoing o
    JOIN documents_registry r ON r.province_id = o.province_id AND r.id = o.registry_id
    CROSS JOIN LATERAL (SELECT CASE
        WHEN o.type = ANY(%(law)s) THEN o.type
        WHEN r.numbering = 'groups' THEN COALESCE(
            (SELECT 'group' || place FROM jsonb_array_elements(r.number_groups)
                WITH ORDINALITY AS each (types, place)
            WHERE jsonb_exists(types, 'cong-van') ORDER BY place LIMIT 1), 'cong-van')
        ELSE 'cong-van' END AS name) AS series
    WHERE o.province_id = %(province)s AND o.number IS NOT NULL
        AND (o.type = ANY(%(law)s) OR (o.type = 'thu-cong' AND r.numbering <> 'common'))
    GROUP BY r.province_id, r.unit_id, r.id, series.name, o.year
    ON CONFLICT (province_id, unit_id, series, period)
        DO UPDATE SET last = GREATEST(counter.last, excluded.last)"""


def count_on(apps, schema_editor):
    provinces = apps.get_model("tenancy", "Province").objects.values_list("pk", flat=True)
    for province_id in list(provinces):
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.province', %s, true)", [str(province_id)])
            cursor.execute(RAISE, {"province": province_id, "law": LAW})


class Migration(migrations.Migration):
    atomic = False  # one transaction for each province

    dependencies = [
        ("documents", "0023_time_what_was_confirmed"),
        ("papers", "0001_initial"),
        ("tenancy", "0001_initial"),
    ]

    operations = [migrations.RunPython(count_on, migrations.RunPython.noop, elidable=True)]
