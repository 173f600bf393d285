"""What every test stands on: a real PostgreSQL, two provinces, and role `portal_app`."""

from __future__ import annotations

import datetime as dt
import fcntl
import gc
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, connections
from django.test import Client
from django.test.utils import setup_databases
from django.utils import timezone, translation
from hypothesis import settings as settings_of_hypothesis

from organizations.sign_in import sessions
from portal.limits import forget_closed
from tenancy.logins import as_owner
from tenancy.models import Province
from tenancy.provinces import forget_hosts
from tenancy.scope import Scope, tenant_scope
from tenancy.sessions import SessionStore
from tests import kept_database, provinces
from tests.marks import QUICK
from tests.provinces import own_provinces
from tests.quick_migrate import quick_states

HOME, AWAY = "H32", "H44"
OF_A_TEST = 20  # seconds: what almost every test needs, on a busy machine too
# Guesses per property; bin/test makes the long run, bin/test fast the short one
settings_of_hypothesis.register_profile("quick", max_examples=QUICK, deadline=None)
settings_of_hypothesis.register_profile("thorough", max_examples=2_000, deadline=None)
# Where a parallel run begins: each of the first with another worker, those without a database
# while one worker migrates it; no long file is left for the end, when the others are idle
FIRST = (
    "tests/slow/", "tests/files/test_checks.py", "tests/test_architecture.py",
    "tests/common/test_working_time.py", "tests/test_access.py", "tests/tenancy/test_pool.py",
    "tests/commands/test_supervisor.py", "tests/common/test_working_time_reference.py",
    "tests/audit/test_worker_killed.py", "tests/security/test_hostile_requests.py",
    "tests/common/test_working_time_properties.py", "tests/tenancy/test_upgrades.py",
    "tests/tenancy/test_quick_migrate.py", "tests/portal/test_demo.py", "tests/audit/test_seals.py",
    "tests/portal/test_lookup_limits.py", "tests/reports/test_figures.py",
    "tests/onestop/test_review_rights.py", "tests/exchange/", "tests/tenancy/test_isolation.py",
    "tests/documents/test_annex_seals.py", "tests/security/test_stored_text.py",
    "tests/portal/test_document_check.py", "tests/papers/signatures/test_genuine.py",
    "tests/documents/test_arrival_pages.py", "tests/reports/test_merged_figures.py",
    "tests/documents/test_outgoing_races.py", "tests/reports/test_evaluation_pages.py",
    "tests/ranking/test_page_costs.py",
)  # fmt: skip
pytest_plugins = [
    "tests.people",
    "tests.standing",
    "tests.plugins.reading",
    "tests.plugins.costs",
    "tests.plugins.few_cases",
    "tests.plugins.inspected",
]


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings_of_hypothesis.load_profile("quick" if runs_fast(config) else "thorough")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For workers: the files that take longest first, then those with most tests."""
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        return
    sizes = Counter(_scope_of(item) for item in items)

    def place(item: pytest.Item) -> tuple[int, int]:
        scope = _scope_of(item)
        known = (number for number, path in enumerate(FIRST) if scope.startswith(path))
        return next(known, len(FIRST)), -sizes[scope]

    items.sort(key=place)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test begins in the last seconds of a day: it would ask for today and get tomorrow."""
    now = timezone.localtime()
    midnight = (now + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    left = (midnight - now).total_seconds()
    if left < OF_A_TEST:
        time.sleep(left + 1)


def _scope_of(item: pytest.Item) -> str:
    """What `--dist loadscope` keeps together."""
    return item.nodeid.rsplit("::", 1)[0]


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def runs_fast(config: pytest.Config) -> bool:
    """Whether this is the part of the suite that leaves slow tests out."""
    return "not slow" in (config.option.markexpr or "")


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, tmp_path_factory):
    """Create the test database as its owner, then work as the app role."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    keep = request.config.getvalue("reuse_db") and not request.config.getvalue("create_db")
    with django_db_blocker.unblock():
        with as_owner():
            if worker and not keep:
                copy_for(worker, tmp_path_factory.getbasetemp().parent)
            else:
                create(f"_{worker}" if worker else "", keep)
            connections["dispatch"].close()
            connections["dispatch"].settings_dict["NAME"] = connection.settings_dict["NAME"]
        yield
        provinces.leave()
        with as_owner():
            connections["dispatch"].close()
            name = connection.settings_dict["NAME"]
            connection.close()
            if not keep:
                connection.creation._destroy_test_db(name, verbosity=0)
            if worker == "gw0" and not keep:  # the others have their copies by now
                connection.creation._destroy_test_db(name.removesuffix("_gw0"), verbosity=0)


def create(suffix: str, keep: bool) -> None:
    """A migrated database with the two provinces, under the name of the settings."""
    test = connection.settings_dict["TEST"]
    test["NAME"] += suffix
    file = None if keep else kept_database.dump_file()
    if file and file.exists():
        kept_database.restore(file, test["NAME"])
    else:
        with quick_states():
            setup_databases(
                verbosity=0, interactive=False, keepdb=keep, aliases=["default"],
                serialized_aliases=[],
            )  # fmt: skip
        if file:
            kept_database.keep(file, test["NAME"])
    for code, name in ((HOME, "Khánh Hòa"), (AWAY, "Phú Thọ")):
        Province.objects.get_or_create(
            code=code, defaults={"name": name, "host": f"{code.lower()}.localhost"}
        )


def copy_for(worker: str, shared: Path) -> None:
    """A copy of one database that whoever comes first migrates for all workers of the run."""
    name = connection.settings_dict["TEST"]["NAME"]
    with (shared / "database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "database.made").exists():
            create("", keep=False)
            (shared / "database.made").touch()
        connection.close()
        connection.settings_dict["NAME"] = name
        connection.creation.clone_test_db(worker, verbosity=0)
        connection.settings_dict["NAME"] = f"{name}_{worker}"
        settings.DATABASES["default"]["NAME"] = f"{name}_{worker}"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What a process keeps of rows that are taken back after the test."""
    forget_hosts()
    forget_closed()
    yield
    forget_hosts()
    forget_closed()


@pytest.fixture
def province(db) -> Province:
    return Province.objects.get(code=HOME)


@pytest.fixture
def other_province(db) -> Province:
    return Province.objects.get(code=AWAY)


@pytest.fixture
def scope(province: Province) -> Iterator[Scope]:
    """The open scope of the home province, for tests that call services and querysets.

    Sentences come in English there, so that a test does not hang on a translation.
    """
    with translation.override("en"), tenant_scope(province) as scope:
        yield scope


class HostClient(Client):
    """A browser at a province's address."""

    def __init__(self, province: Province, **defaults: str) -> None:
        super().__init__(HTTP_HOST=province.host, **defaults)
        self.province = province

    def sign_in(self, user) -> HostClient:
        """Put a session in the browser, as the first page after signing in leaves it."""
        with tenant_scope(self.province):
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            sessions.start(session, user)
            session.save()
        self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return self


@pytest.fixture
def client(province: Province) -> HostClient:
    """A visitor of the home province who has not signed in."""
    return HostClient(province)


@pytest.fixture
def other_client(other_province: Province) -> HostClient:
    return HostClient(other_province)


@contextmanager
def as_superuser() -> Iterator[None]:
    """For catalogue and mutation tests only: what no role of the portal may do."""
    with as_owner():
        yield


@pytest.fixture
def fresh_province(django_db_setup, django_db_blocker) -> Iterator[Province]:
    """A province of its own for a test that really commits: nothing to clean, safe with xdist.

    Not `transactional_db`, whose flush afterwards truncates tables outside any province.
    """
    with django_db_blocker.unblock(), own_provinces(1) as (province,):
        yield province
