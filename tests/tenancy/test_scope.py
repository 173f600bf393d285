import pytest
from django.db import connection, transaction

from audit.models import AuditEntry
from audit.services import record
from tenancy.models import Province
from tenancy.scope import NoTenant, WrongTenant, current_scope, tenant_scope


def entries() -> int:
    return AuditEntry.objects.count()


def test_a_read_outside_a_scope_raises(province):
    with pytest.raises(NoTenant):
        entries()


def test_raw_sql_outside_a_scope_raises(province):
    with pytest.raises(NoTenant), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM audit_auditentry")


def test_rows_of_one_province_are_not_seen_in_the_other(province, other_province):
    with tenant_scope(province):
        record(province, "test.done", actor=None)
        assert entries() == 1
    with tenant_scope(other_province):
        assert entries() == 0
        with connection.cursor() as cursor:  # the manager aside: the database itself refuses
            cursor.execute("SELECT count(*) FROM audit_auditentry")
            assert cursor.fetchone()[0] == 0


def test_a_scope_inside_another_province_is_refused(province, other_province):
    with tenant_scope(province):
        with pytest.raises(WrongTenant), tenant_scope(other_province):
            pass
        assert current_scope() is not None


def test_a_scope_inside_its_own_province_joins(province):
    with tenant_scope(province) as outer, tenant_scope(province) as inner:
        assert inner is outer


def test_an_error_rolls_the_scope_back_and_afterwards_still_runs(province):
    def leave_a_trace():
        record(province, "access.refused", actor=None)

    with pytest.raises(ValueError, match="no"), tenant_scope(province) as scope:  # noqa: PT012
        record(province, "test.done", actor=None)
        scope.afterwards.append(leave_a_trace)
        raise ValueError("no")
    with tenant_scope(province):
        assert list(AuditEntry.objects.values_list("action", flat=True)) == ["access.refused"]


def test_a_restarted_scope_has_forgotten_what_was_written(province):
    with tenant_scope(province) as scope:
        record(province, "test.done", actor=None)
        scope.restart(read_only=True)
        assert entries() == 0


def test_a_read_only_scope_refuses_to_write(province):
    with pytest.raises(Exception, match="read-only"), tenant_scope(province, read_only=True):
        record(province, "test.done", actor=None)


def test_the_app_role_cannot_change_the_audit_log(province):
    with tenant_scope(province):
        entry = record(province, "test.done", actor=None)
        for change in (
            lambda: AuditEntry.objects.filter(pk=entry.pk).update(action="x"),
            lambda: AuditEntry.objects.filter(pk=entry.pk).delete(),
        ):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                change()


def test_the_app_role_cannot_add_a_province(province):
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Province.objects.create(code="H99", name="X", host="x")
