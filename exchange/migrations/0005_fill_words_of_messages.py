"""What messages that are there already are found by."""

import re
import unicodedata

from django.db import migrations, transaction

BATCH = 2_000


def plain(text):
    """As common.text.unaccented did when this was written."""
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower())
    bare = "".join(each for each in parts.replace("đ", "d") if not unicodedata.combining(each))
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", bare)).strip()


def fill(apps, schema_editor):
    provinces = apps.get_model("tenancy", "Province").objects.values_list("pk", flat=True)
    messages = apps.get_model("exchange", "BusMessage")
    for province_id in list(provinces):
        last = 0
        while last is not None:
            with transaction.atomic(), schema_editor.connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.province', %s, true)", [str(province_id)])
                last = _fill(messages.objects.filter(province_id=province_id), last)


def _fill(messages, last):
    """The last key of a batch; None at the end."""
    rows = list(messages.filter(pk__gt=last, search_text="").order_by("pk")[:BATCH])
    for row in rows:
        row.search_text = plain(f"{row.document_id} {row.partner}")[:430]
    messages.bulk_update(rows, ["search_text"])
    return rows[-1].pk if rows else None


class Migration(migrations.Migration):
    atomic = False  # one transaction for each batch

    dependencies = [("exchange", "0004_search_messages_of_the_bus")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
