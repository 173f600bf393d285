"""The same lock, update, event and outbox in a bare Django view: no middleware, no templates.

`/orm/` asks through the portal's own models, `/sql/` with plain statements of psycopg.
"""

from __future__ import annotations

import json
import os

from govit import environment

environment.load()
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare_settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from audit.models import AuditEntry, OutboxEvent  # noqa: E402
from onestop.models import Dossier, StepRun  # noqa: E402
from tenancy.scope import tenant_scope  # noqa: E402

settings.MIDDLEWARE = []  # after the apps have seen that what they ask for is there
PROVINCE = int(os.environ.get("BENCH_PROVINCE", "1"))
MOVED = ["status", "step", "holder_unit", "holder", "finished_at", "closed_at", "returned_at"]


def step_with_models(request: HttpRequest, pk: int, run: int, following: int) -> HttpResponse:
    at = timezone.now()
    with tenant_scope(PROVINCE):
        dossier = Dossier.objects.lock(pk)
        steps = {row.pk: row for row in StepRun.objects.filter(pk__in=(run, following))}
        done, opened = steps[run], steps[following]
        done.state, done.closed_at, done.closed_by_id = "closed", at, dossier.holder_id
        done.save(update_fields=["state", "closed_at", "closed_by"])
        opened.state, opened.opened_at = "open", at
        opened.save(update_fields=["state", "opened_at"])
        dossier.step, dossier.holder, dossier.holder_unit_id = opened, None, opened.unit_id
        dossier.save(update_fields=MOVED)
        facts = {"code": dossier.code, "status": dossier.status, "step": opened.name}
        subject = {"subject_type": "onestop.dossier", "subject_id": str(pk), "data": facts}
        entry = AuditEntry.objects.create(action="bench.forwarded", **subject)
        OutboxEvent.objects.create(entry_id=entry.pk, action="bench.forwarded", **subject)
    return HttpResponse(status=302, headers={"Location": "/"})


def step_with_statements(request: HttpRequest, pk: int, run: int, following: int) -> HttpResponse:
    at = timezone.now()
    with tenant_scope(PROVINCE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, status, holder_id FROM onestop_dossier WHERE province_id = %s"
            " AND id = %s FOR NO KEY UPDATE", [PROVINCE, pk],
        )  # fmt: skip
        code, status, holder = cursor.fetchone()
        cursor.execute(
            "UPDATE onestop_steprun SET state = 'closed', closed_at = %s, closed_by_id = %s"
            " WHERE province_id = %s AND id = %s", [at, holder, PROVINCE, run],
        )  # fmt: skip
        cursor.execute(
            "UPDATE onestop_steprun SET state = 'open', opened_at = %s"
            " WHERE province_id = %s AND id = %s RETURNING unit_id", [at, PROVINCE, following],
        )  # fmt: skip
        (unit,) = cursor.fetchone()
        cursor.execute(
            "UPDATE onestop_dossier SET status = %s, step_id = %s, holder_id = NULL,"
            " holder_unit_id = %s WHERE province_id = %s AND id = %s",
            [status, following, unit, PROVINCE, pk],
        )
        facts = json.dumps({"code": code, "status": status})
        cursor.execute(
            "INSERT INTO audit_auditentry (province_id, at, action, actor_id, actor_name,"
            " on_behalf_of, subject_type, subject_id, subject_name, unit_id, unit_name, data)"
            " VALUES (%s, %s, 'bench.forwarded', '', '', '', 'onestop.dossier', %s, %s, '', '', %s)"
            " RETURNING id", [PROVINCE, at, str(pk), code, facts],
        )  # fmt: skip
        (entry,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO audit_outboxevent (province_id, entry_id, action, subject_type,"
            " subject_id, data, created_at, due_at, attempts, last_error)"
            " VALUES (%s, %s, 'bench.forwarded', 'onestop.dossier', %s, %s, %s, %s, 0, '')",
            [PROVINCE, entry, str(pk), facts, at, at],
        )
    return HttpResponse(status=302, headers={"Location": "/"})


urlpatterns = [
    path("orm/<int:pk>/<int:run>/<int:following>/", step_with_models),
    path("sql/<int:pk>/<int:run>/<int:following>/", step_with_statements),
]
application = WSGIHandler()
