"""Views that do what ours must not, to see what the middleware makes of it."""

from __future__ import annotations

import psycopg
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from rest_framework import permissions, serializers
from rest_framework.decorators import api_view, permission_classes

from audit.models import AuditEntry, Delivery, OutboxEvent
from audit.services import record
from common.errors import AlreadyDone
from govit.urls import handler400, handler403, handler404, handler500, urlpatterns
from organizations.models import User
from tenancy.scope import current_scope, tenant_scope

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def side_connection() -> psycopg.Connection:
    """Another connection of the app role to the same database."""
    return psycopg.connect(**connection.get_connection_params(), autocommit=True)


def write(request, action="test.view"):
    record(request.province, action, actor=None)
    return HttpResponse("written")


def count(request):
    return HttpResponse(str(AuditEntry.objects.count()))


def write_and_fail(request, kind):
    if request.method == "POST":
        write(request, "test.lost")
    current_scope().afterwards.append(lambda: record(request.province, "test.kept", actor=None))
    raise {
        "404": Http404("gone"),
        "403": PermissionDenied("because"),
        "409": AlreadyDone(),
        "500": ZeroDivisionError("bug"),
    }[kind]


def write_and_answer(request, status):
    write(request, "test.answered")
    return HttpResponse("answer", status=status)


def break_a_key(request):
    Delivery.objects.create(event_id=999_999_999, kind="x")
    return HttpResponse("done")


def swallow(request):
    """A failed statement whose error is caught without a savepoint."""
    write(request, "test.swallowed")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
    except Exception:
        return HttpResponse("all is well")


def wait_for_lock(request, pk):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
    write(request, "test.waited")
    OutboxEvent.objects.select_for_update().get(pk=pk)
    return HttpResponse("locked")


def wait_at_the_end(request, pk):
    """The check of a deferred key waits for a row that another transaction is deleting."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
    Delivery.objects.create(event_id=pk, kind="x")
    return HttpResponse("done")


def sign_in_and_fail(request, pk):
    user = User.objects.get(pk=pk)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    raise AlreadyDone() if request.GET.get("kind") == "409" else ZeroDivisionError("bug")


def who(request):
    return JsonResponse({"user": request.user.pk, "note": request.session.get("note")})


def note(request):
    request.session["note"] = "kept"
    return HttpResponse("noted")


def lose_the_database(request):
    with side_connection() as other:
        pid = connection.connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    return count(request)


def stream(request, kind):
    def rows():
        yield str(AuditEntry.objects.count())

    def scoped_rows():
        with tenant_scope(request.province, read_only=True):
            yield str(AuditEntry.objects.count())

    return StreamingHttpResponse({"bare": rows, "scoped": scoped_rows}[kind]())


def inner_atomic(request):
    with transaction.atomic():
        current_scope().restart(read_only=True)


def page(request):
    return render(request, "errors/404.html", {"layout": "layouts/plain.html"})


@api_view(["POST", "GET"])
@permission_classes([permissions.AllowAny])
def api_refuse(request, kind):
    if request.method == "POST":
        record(request._request.province, "test.api", actor=None)
    raise {
        "409": AlreadyDone(),
        "404": Http404(),
        "403": PermissionDenied(),
        "400": serializers.ValidationError("bad"),
        "500": IntegrityError("bug"),
    }[kind]


api_refuse.cls.__module__ = __name__
open_ = login_not_required
urlpatterns = [
    *urlpatterns,
    path("wall-test/write/", open_(write)),
    path("wall-test/count/", open_(count)),
    path("wall-test/fail/<kind>/", open_(write_and_fail)),
    path("wall-test/answer/<int:status>/", open_(write_and_answer)),
    path("wall-test/key/", open_(break_a_key)),
    path("wall-test/swallow/", open_(swallow)),
    path("wall-test/lock/<int:pk>/", open_(wait_for_lock)),
    path("wall-test/lock-at-end/<int:pk>/", open_(wait_at_the_end)),
    path("wall-test/login/<int:pk>/", open_(sign_in_and_fail)),
    path("wall-test/who/", open_(who)),
    path("wall-test/note/", open_(note)),
    path("wall-test/lose/", open_(lose_the_database)),
    path("wall-test/stream/<kind>/", open_(stream)),
    path("wall-test/inner/", open_(inner_atomic)),
    path("wall-test/page/", open_(page)),
    path("wall-test/api/<kind>/", open_(api_refuse)),
]
