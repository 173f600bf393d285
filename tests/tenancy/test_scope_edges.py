"""What a scope does when people use it wrongly, or when the ground moves under it."""

from __future__ import annotations

import contextlib
import contextvars
import threading

import pytest
from django.db import DataError, connection, transaction

from audit.models import AuditEntry
from audit.services import record
from tenancy import guard
from tenancy.logins import as_loader, as_owner
from tenancy.models import Province
from tenancy.provinces import for_each_province
from tenancy.scope import (
    LostWork,
    NoTenant,
    WrongTenant,
    after_commit,
    current_province_id,
    current_scope,
    tenant_scope,
)


@pytest.fixture
def home(two_provinces) -> Province:
    return two_provinces[0]


@pytest.fixture
def away(two_provinces) -> Province:
    return two_provinces[1]


def entries(province: Province) -> list[str]:
    with tenant_scope(province):
        return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


class TestLostWork:
    def test_a_connection_closed_inside_the_scope_is_said_aloud(self, home):
        with pytest.raises(LostWork, match="closed"), tenant_scope(home):  # noqa: PT012
            record(home, "test.lost", actor=None)
            connection.close()
        assert entries(home) == []

    def test_a_caught_error_of_a_statement_is_said_aloud(self, home):
        with pytest.raises(LostWork, match="caught"), tenant_scope(home):  # noqa: PT012
            record(home, "test.lost", actor=None)
            with contextlib.suppress(DataError):
                connection.cursor().execute("SELECT 1 / 0")
        assert entries(home) == []

    def test_a_caught_error_of_a_savepoint_loses_only_the_savepoint(self, home):
        with tenant_scope(home):
            record(home, "test.kept", actor=None)
            with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
                record(home, "test.lost", actor=None)
                raise ZeroDivisionError
        assert entries(home) == ["test.kept"]

    def test_an_inner_block_without_savepoint_that_fails_is_said_aloud(self, home):
        with pytest.raises(LostWork, match="inner block"), tenant_scope(home):  # noqa: PT012
            try:
                with transaction.atomic(savepoint=False):
                    record(home, "test.lost", actor=None)
                    raise ZeroDivisionError
            except ZeroDivisionError:
                pass
        assert entries(home) == []

    def test_a_connection_that_commits_nothing_is_said_aloud(self, home):
        connection.set_autocommit(False)
        try:
            with pytest.raises(LostWork, match="autocommit"), tenant_scope(home):
                record(home, "test.lost", actor=None)
        finally:
            connection.close()
        assert entries(home) == []

    def test_the_scope_after_a_lost_one_works(self, home):
        with pytest.raises(LostWork), tenant_scope(home):
            connection.close()
        with tenant_scope(home):
            record(home, "test.done", actor=None)
        assert entries(home) == ["test.done"]


class TestAfterwards:
    def test_one_that_fails_keeps_no_other_from_running_and_is_raised(self, home):
        def fail():
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError), tenant_scope(home) as scope:  # noqa: PT012
            record(home, "test.done", actor=None)
            scope.afterwards += [fail, lambda: record(home, "test.after", actor=None)]
        assert entries(home) == ["test.done", "test.after"]

    def test_the_error_of_the_scope_itself_is_the_one_that_is_seen(self, home):
        def fail():
            raise ZeroDivisionError

        with pytest.raises(KeyError), tenant_scope(home) as scope:  # noqa: PT012
            scope.afterwards.append(fail)
            raise KeyError

    def test_it_runs_when_the_scope_was_restarted_too(self, home):
        with tenant_scope(home) as scope:
            scope.afterwards.append(lambda: record(home, "test.after", actor=None))
            scope.restart(read_only=True)
        assert entries(home) == ["test.after"]

    def test_it_runs_in_a_transaction_of_its_own(self, home):
        with tenant_scope(home) as scope:
            first = connection.connection.info.backend_pid
            scope.afterwards.append(
                lambda: seen.append((current_province_id(), current_scope() is not scope))
            )
            seen: list[tuple[int | None, bool]] = []
        assert seen == [(home.pk, True)]
        assert connection.connection.info.backend_pid == first

    def test_what_was_saved_stays_when_the_rest_fails(self, home):
        with pytest.raises(KeyError), tenant_scope(home) as scope:  # noqa: PT012
            record(home, "test.done", actor=None)
            scope.save()
            record(home, "test.lost", actor=None)
            raise KeyError
        assert entries(home) == ["test.done"]

    def test_nothing_is_saved_from_inside_an_inner_block(self, home):
        refused = pytest.raises(RuntimeError, match="saved")
        with tenant_scope(home) as scope, transaction.atomic(), refused:
            scope.save()


class TestAfterCommit:
    def test_it_runs_once_committed_with_the_scope_closed(self, home):
        seen = []
        with tenant_scope(home):
            after_commit(lambda: seen.append(current_scope()))
            assert seen == []
        assert seen == [None]

    def test_it_does_not_run_when_the_scope_fails_or_starts_again(self, home):
        seen = []
        with pytest.raises(KeyError), tenant_scope(home):  # noqa: PT012
            after_commit(seen.append, 1)
            raise KeyError
        with tenant_scope(home) as scope:
            after_commit(seen.append, 2)
            scope.restart(read_only=True)
        assert seen == []

    def test_reading_a_tenant_table_there_raises_and_is_never_empty(self, home):
        with pytest.raises(NoTenant), tenant_scope(home):
            transaction.on_commit(lambda: AuditEntry.objects.count())

    def test_outside_a_scope_it_is_refused(self, home):
        with pytest.raises(NoTenant):
            after_commit(print)


class TestNesting:
    def test_a_scope_inside_somebodys_transaction_is_refused(self, home):
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic(), tenant_scope(home):
            pass

    def test_one_scope_object_is_entered_once(self, home):
        one = tenant_scope(home)
        with one as scope:
            with pytest.raises(RuntimeError, match="open already"):
                one.__enter__()
            assert current_scope() is scope

    def test_an_inner_scope_of_the_same_province_commits_nothing_early(self, home):
        with pytest.raises(KeyError), tenant_scope(home):  # noqa: PT012
            with tenant_scope(home):
                record(home, "test.lost", actor=None)
            raise KeyError
        assert entries(home) == []

    def test_the_refusal_of_another_province_leaves_the_first_as_it_was(self, home, away):
        with tenant_scope(home):
            with pytest.raises(WrongTenant), tenant_scope(away):
                pass
            record(home, "test.done", actor=None)
        assert entries(home) == ["test.done"]

    def test_memory_of_one_transaction_is_not_there_in_the_next(self, home):
        with tenant_scope(home) as scope:
            scope.memory["x"] = 1
            scope.restart(read_only=False)
            assert scope.memory == {}

    def test_the_setting_is_gone_after_every_kind_of_end(self, home):
        def setting() -> str:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('app.province', true)")
                return cursor.fetchone()[0] or ""

        with tenant_scope(home):
            assert setting() == str(home.pk)
        assert setting() == ""
        with pytest.raises(KeyError), tenant_scope(home):
            raise KeyError
        assert setting() == ""
        with tenant_scope(home) as scope:
            scope.roll_back()
        assert setting() == ""


class TestThreads:
    def run(self, act) -> BaseException | None:
        caught: list[BaseException] = []

        def target():
            try:
                act()
            except BaseException as error:
                caught.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=target)
        thread.start()
        thread.join()
        return caught[0] if caught else None

    def test_a_new_thread_has_no_scope(self, home):
        with tenant_scope(home):
            assert isinstance(self.run(AuditEntry.objects.count), NoTenant)

    def test_a_copied_context_brings_no_scope_into_another_thread(self, home):
        with tenant_scope(home):
            context = contextvars.copy_context()
            error = self.run(lambda: context.run(AuditEntry.objects.count))
        assert isinstance(error, NoTenant)

    def test_another_thread_never_gets_the_login_that_this_one_took(self, home):
        def who() -> str:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_user")
                return cursor.fetchone()[0]

        names = []
        with as_owner():
            assert who() == "portal_owner"
            self.run(lambda: names.append(who()))
        assert names == ["portal_app"]
        assert who() == "portal_app"


def test_no_other_login_is_taken_inside_a_transaction(home):
    for login in (as_owner, as_loader):
        with tenant_scope(home), pytest.raises(RuntimeError, match="inside a transaction"):
            login().__enter__()


class TestForEachProvince:
    def test_a_fault_in_one_province_does_not_stop_the_others(self, home, away, monkeypatch):
        monkeypatch.setattr("tenancy.provinces.active_provinces", lambda: [home, away])

        def act(province):
            record(province, "test.done", actor=None)
            if province == home:
                raise ZeroDivisionError

        with pytest.raises(ExceptionGroup) as caught:
            for_each_province(act)
        assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError]
        assert home.code in caught.value.exceptions[0].__notes__[0]
        assert (entries(home), entries(away)) == ([], ["test.done"])
        assert current_scope() is None


class TestGuard:
    def test_it_survives_a_wrapper_around_the_first_connection(self, home):
        connection.close()
        connection.execute_wrappers.clear()
        with connection.execute_wrapper(lambda execute, *args: execute(*args)):
            connection.ensure_connection()
        assert connection.execute_wrappers == [guard.refuse_without_scope]

    def test_a_search_function_is_guarded_like_its_table(self, home):
        with pytest.raises(NoTenant), connection.cursor() as cursor:
            cursor.execute("SELECT search_onestop_dossier('{%a%}', 5)")

    def test_a_global_table_needs_no_scope(self, home):
        assert Province.objects.filter(pk=home.pk).exists()
