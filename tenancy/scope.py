"""One province per transaction.

`tenant_scope(province)` is the outermost `atomic()` and sets `app.province` for that transaction
alone; row level security and the tenant manager both read it. Outside a scope every read of a
tenant table raises `NoTenant`, so a forgotten scope is loud and never a leak.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, connection, transaction
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from tenancy.models import Province

log = logging.getLogger("govit.tenancy")


class NoTenant(RuntimeError):
    """A tenant table was touched while no province scope was open."""


class WrongTenant(RuntimeError):
    """A scope of one province was opened inside the scope of another."""


class LostWork(RuntimeError):
    """The transaction was gone before the scope ended, and nobody said so."""


class Scope:
    """An open transaction that belongs to one province."""

    def __init__(self, province_id: int, *, read_only: bool) -> None:
        self.province_id = province_id
        self.read_only = read_only
        self.open = False
        self.was_restarted = False
        self.afterwards: list[Callable[[], object]] = []
        self.memory: dict[Any, Any] = {}  # facts read once per transaction (rules, calendars)
        self.thread = threading.get_ident()
        self._atomic = ExitStack()

    def start(self) -> None:
        """Begin; once more on a new connection when the kept one had died while idle."""
        self._nested = connection.in_atomic_block  # true only inside a test's own transaction
        kept = connection.connection
        try:
            self._begin()
        except (OperationalError, InterfaceError):
            if self._nested or kept is None or not kept.closed:
                raise
            connection.close()
            self._begin()
        self._depth = len(connection.atomic_blocks)
        self.open = True

    def _begin(self) -> None:
        self._atomic = ExitStack()
        self._atomic.enter_context(transaction.atomic(durable=True))
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('app.province', %s, true)", [str(self.province_id)]
                )
                if self.read_only:
                    cursor.execute("SET TRANSACTION READ ONLY")
        except BaseException as error:
            self._atomic.__exit__(type(error), error, error.__traceback__)
            raise

    def make_read_only(self) -> None:
        """Refuse every further write in this transaction; PostgreSQL allows no way back."""
        if not self.read_only:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            self.read_only = True

    def restart(self, *, read_only: bool) -> None:
        """Roll everything back and go on in a fresh transaction of the same province."""
        self.roll_back()
        self.read_only = read_only
        self.was_restarted = True
        self.memory.clear()
        self.start()

    def save(self) -> None:
        """Commit what was written, and go on in a fresh transaction of the same province.

        For what must stay though the process be ended before the end. Locks are let go of.
        """
        self._require_outermost("saved")
        self.finish()
        self.was_restarted = True
        self.memory.clear()
        self.start()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Commit what was written; within there is no transaction, and after it a fresh one.

        For a call to somebody else's server: no transaction waits for it. Locks are let go of.
        """
        self._require_outermost("left")
        self.finish()
        try:
            yield
        finally:
            self.was_restarted = True
            self.memory.clear()
            self.start()

    def roll_back(self) -> None:
        """Undo everything. Refused inside an inner `atomic()`, which would go on unaware of it."""
        if not self.open:
            return
        self._require_outermost("rolled back")
        self.open = False
        transaction.set_rollback(True)
        self._atomic.close()
        self._forget_setting()

    def _require_outermost(self, act: str) -> None:
        if len(connection.atomic_blocks) != self._depth:
            raise RuntimeError(f"a scope cannot be {act} from inside an inner atomic()")

    def finish(self, error: BaseException | None = None) -> None:
        """Commit (or roll back when `error` is given). The scope is closed before COMMIT runs,
        so code called on commit that touches a tenant table raises instead of reading nothing."""
        if not self.open:
            return
        reason = "" if error or self.read_only else _why_lost()
        lost = LostWork(reason) if reason else None
        error = error or lost
        self.open = False
        try:
            self._atomic.__exit__(
                type(error) if error else None, error, error.__traceback__ if error else None
            )
        finally:
            self._forget_setting()
        if lost:
            raise lost

    def _forget_setting(self) -> None:
        if self._nested and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.province', '', true)")


def _why_lost() -> str:
    """Why a COMMIT now would save nothing: Django and PostgreSQL both keep silent about it."""
    if connection.closed_in_transaction or connection.connection is None:
        return "the connection was closed inside the scope; nothing was saved"
    if not connection.commit_on_exit:
        return "autocommit was off before the scope began, so nobody commits; nothing was saved"
    if connection.needs_rollback:
        return "an inner block failed and its error was caught; nothing was saved"
    if connection.connection.info.transaction_status == TransactionStatus.INERROR:
        return "a statement failed and its error was caught; nothing was saved"
    return ""


_scope: ContextVar[Scope | None] = ContextVar("tenant_scope", default=None)
_host: ContextVar[int | None] = ContextVar("host_province", default=None)


class tenant_scope:
    """`with tenant_scope(province):` — see the module's docstring.

    Inside a scope of the same province it joins that scope; of another one it raises.
    What is appended to `scope.afterwards` runs after the transaction, in a short one of its own,
    also when the scope failed: that is how a refused access leaves its trace.
    """

    def __init__(self, province: Province | int, *, read_only: bool = False) -> None:
        self._province_id = province if isinstance(province, int) else province.pk
        self._read_only = read_only
        self._mine: Scope | None = None

    def __enter__(self) -> Scope:
        if self._mine is not None:
            raise RuntimeError("this scope is open already: write tenant_scope(province) again")
        outer = current_scope()
        if outer is not None:
            if outer.province_id != self._province_id:
                raise WrongTenant(f"{outer.province_id} is open, {self._province_id} was asked for")
            return outer
        scope = Scope(self._province_id, read_only=self._read_only)
        scope.start()
        self._mine = scope
        self._token = _scope.set(scope)
        return scope

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        scope, self._mine = self._mine, None
        if scope is None:
            return
        try:
            scope.finish(error)
        except BaseException as fault:
            error = error or fault
            raise
        finally:
            _scope.reset(self._token)
            run_afterwards(scope, failed=error is not None)


def run_afterwards(scope: Scope, *, failed: bool = False) -> None:
    """Run what the scope left for later, each in its own short transaction.

    One that fails does not keep the others from running. Its error is raised at the end, unless
    the scope itself failed: that error is the one that must be seen.
    """
    first: Exception | None = None
    acts, scope.afterwards = scope.afterwards, []
    for act in acts:
        try:
            with tenant_scope(scope.province_id):
                act()
        except Exception as error:
            log.exception("an act after the transaction failed")
            first = first or error
    if first and not failed:
        raise first


def current_scope() -> Scope | None:
    """The open scope of this thread; a context copied into another thread brings none along,
    because the connection there knows nothing of it."""
    scope = _scope.get()
    if scope is None or not scope.open or scope.thread != threading.get_ident():
        return None
    return scope


def required_scope() -> Scope:
    scope = current_scope()
    if scope is None:
        raise NoTenant("no province scope is open: wrap the call in tenant_scope(province)")
    return scope


def current_province_id() -> int | None:
    scope = current_scope()
    return scope.province_id if scope else None


def required_province_id() -> int:
    return required_scope().province_id


def host_province_id() -> int | None:
    """The province of the request's host name, known before and after its transaction."""
    return _host.get()


def set_host_province(province_id: int | None) -> None:
    _host.set(province_id)


def after_commit(publish: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """Call `publish` after the commit; it may publish, and never read tenant tables."""
    province_id = required_province_id()

    def run() -> None:
        before = _host.get()
        _host.set(province_id)
        try:
            publish(*args, **kwargs)
        finally:
            _host.set(before)

    transaction.on_commit(run)
