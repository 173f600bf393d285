"""A request, from the host name to the commit: what stays, what is undone, what people see."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from audit.models import AuditEntry, OutboxEvent
from audit.services import record
from common.errors import AlreadyDone
from organizations.models import User
from tenancy.middleware import writes_on_get
from tenancy.scope import NoTenant, tenant_scope
from tests.conftest import HostClient
from tests.tenancy.urls import side_connection

pytestmark = pytest.mark.urls("tests.tenancy.urls")


@pytest.fixture(autouse=True)
def reading_writes_nothing():
    """Not here: these views try to write on GET, to see the database refuse."""


@pytest.fixture
def client(province) -> HostClient:
    client = HostClient(province)
    client.raise_request_exception = False
    return client


def actions(province) -> set[str]:
    with tenant_scope(province):
        return set(AuditEntry.objects.values_list("action", flat=True))


def test_the_middlewares_stand_in_their_order():
    order = [name.rsplit(".", 1)[1] for name in settings.MIDDLEWARE]
    wanted = [
        "HealthMiddleware",
        "SecurityMiddleware",
        "WhiteNoiseMiddleware",
        "PaperMiddleware",
        "ProvinceMiddleware",
        "SessionMiddleware",
        "TransactionMiddleware",
        "CommonMiddleware",
        "CsrfViewMiddleware",
        "AuthenticationMiddleware",
        "MessageMiddleware",
        "AccountMiddleware",
        "UserSessionsMiddleware",
        "AxesMiddleware",
    ]
    assert [name for name in order if name in wanted] == wanted
    assert order.index("TransactionMiddleware") == order.index("SessionMiddleware") + 1
    assert order[-1] == "AxesMiddleware"
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")


class TestHosts:
    @pytest.mark.parametrize(
        "host",
        ["evil.example", "h32.localhost.evil", "h32.localhost@evil", "h32..localhost", "[::1]",
         "h32.localhost:80:80", "h32 .localhost", "", "x" * 300, "h32.localhost/../", "'; --"],
    )  # fmt: skip
    def test_an_unknown_host_is_a_plain_404(self, client, host):
        response = client.get("/wall-test/count/", HTTP_HOST=host)
        assert (response.status_code, response.content) == (404, b"Unknown host.\n")

    @pytest.mark.parametrize("host", ["H32.LOCALHOST", "h32.localhost:8000", "h32.localhost."])
    def test_the_same_host_in_another_spelling_is_known(self, client, host):
        assert client.get("/wall-test/count/", HTTP_HOST=host).status_code == 200

    def test_a_forwarded_host_is_not_believed(self, client):
        response = client.get(
            "/wall-test/count/", HTTP_HOST="evil.example", HTTP_X_FORWARDED_HOST="h32.localhost"
        )
        assert response.status_code == 404


class TestReading:
    @pytest.mark.parametrize("method", ["get", "head", "options"])
    def test_a_view_that_writes_on_a_safe_method_is_a_500_and_nothing_is_written(
        self, client, province, method
    ):
        assert getattr(client, method)("/wall-test/write/").status_code == 500
        assert actions(province) == set()

    def test_no_view_of_ours_writes_on_get(self):
        def views(patterns):
            for each in patterns:
                if isinstance(each, URLResolver):
                    yield from views(each.url_patterns)
                elif isinstance(each, URLPattern):
                    yield each.callback

        found = {
            view.__module__
            for view in views(get_resolver("govit.urls").url_patterns)
            if writes_on_get(view) and not view.__module__.startswith("allauth.")
        }
        assert found == set()


class TestFailing:
    @pytest.mark.parametrize("kind", ["404", "403", "409", "500"])
    def test_an_error_undoes_what_was_written_and_keeps_what_comes_afterwards(
        self, client, province, kind
    ):
        response = client.post(f"/wall-test/fail/{kind}/")
        assert response.status_code == int(kind)
        assert b"<h1" in response.content
        assert actions(province) == {"test.kept"}

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("path", ["/wall-test/fail/404/", "/wall-test/fail/403/", "/nowhere/"])
    def test_error_pages_may_query(self, client, province, monkeypatch, method, path):
        asked = []

        def navigation(request):
            asked.append(AuditEntry.objects.count())
            return {}

        monkeypatch.setattr("portal.navigation.navigation", navigation)
        from django.template import engines

        for engine in engines.all():
            engine.engine.__dict__.pop("template_context_processors", None)
        response = getattr(client, method)(path)
        for engine in engines.all():
            engine.engine.__dict__.pop("template_context_processors", None)
        assert response.status_code in {403, 404, 500}
        assert asked == [0]

    def test_an_answer_of_4xx_that_is_returned_commits(self, client, province):
        assert client.post("/wall-test/answer/422/").status_code == 422
        assert actions(province) == {"test.answered"}

    def test_an_answer_of_5xx_rolls_back(self, client, province):
        assert client.post("/wall-test/answer/503/").status_code == 503
        assert actions(province) == set()

    def test_a_persons_mistake_is_a_409_page_with_a_sentence(self, client):
        response = client.post("/wall-test/fail/409/")
        assert b"<html" in response.content
        assert str(AlreadyDone()).encode() in response.content

    def test_htmx_gets_the_409_as_a_fragment(self, client):
        response = client.post("/wall-test/fail/409/", headers={"HX-Request": "true"})
        assert response.status_code == 409
        assert b"<html" not in response.content
        assert str(AlreadyDone()).encode() in response.content
        assert "HX-Request" in response["Vary"]

    def test_a_broken_key_is_a_clean_500_before_the_answer_leaves(self, client, province):
        response = client.post("/wall-test/key/")
        assert response.status_code == 500
        assert b"<h1" in response.content
        assert client.get("/wall-test/count/").status_code == 200

    def test_a_swallowed_failure_is_a_500_and_never_a_silent_loss(self, client, province):
        assert client.post("/wall-test/swallow/").status_code == 500
        assert actions(province) == set()

    def test_a_restart_inside_an_inner_block_is_a_bug_and_says_so(self, client):
        assert client.post("/wall-test/inner/").status_code == 500
        assert client.get("/wall-test/count/").status_code == 200

    def test_a_request_inside_a_scope_is_refused(self, client, province):
        with tenant_scope(province):
            assert client.get("/wall-test/count/").status_code == 500


class TestWaiting:
    """Real transactions: another connection holds the row."""

    @pytest.fixture
    def there(self, two_provinces):
        province = two_provinces[0]
        with tenant_scope(province):
            record(province, "test.row", actor=None)
            event = OutboxEvent.objects.get()
        client = HostClient(province)
        client.raise_request_exception = False
        return province, event.pk, client

    def hold(self, other, province, statement, pk):
        other.execute("BEGIN")
        other.execute("SELECT set_config('app.province', %s, true)", [str(province.pk)])
        assert other.execute(statement, [pk]).rowcount == 1

    def test_a_lock_wait_is_a_409_with_a_sentence(self, there):
        province, pk, client = there
        with side_connection() as other:
            self.hold(
                other, province, "SELECT 1 FROM audit_outboxevent WHERE id = %s FOR UPDATE", pk
            )
            response = client.post(f"/wall-test/lock/{pk}/")
            other.execute("ROLLBACK")
        assert response.status_code == 409
        assert b"<h1" in response.content
        assert actions(province) == {"test.row"}
        assert client.post(f"/wall-test/lock/{pk}/").status_code == 200

    def test_a_lock_wait_of_a_deferred_key_is_a_409_too(self, there):
        province, pk, client = there
        with side_connection() as other:
            self.hold(other, province, "DELETE FROM audit_outboxevent WHERE id = %s", pk)
            response = client.post(f"/wall-test/lock-at-end/{pk}/")
            other.execute("ROLLBACK")
        assert response.status_code == 409
        assert client.post(f"/wall-test/lock-at-end/{pk}/").status_code == 200


class TestDatabaseAway:
    @pytest.fixture
    def away(self, two_provinces):
        client = HostClient(two_provinces[0])
        client.raise_request_exception = False
        return client

    @pytest.mark.parametrize("is_host_known", [True, False])
    def test_a_dead_server_is_a_503_and_recovers_by_itself(self, away, is_host_known):
        if is_host_known:
            assert away.get("/wall-test/count/").status_code == 200
        connection.close()
        place = connection.settings_dict["HOST"]
        connection.settings_dict["HOST"] = "/nonexistent"
        try:
            for method in (away.get, away.post):
                response = method("/wall-test/count/")
                assert response.status_code == 503
                assert response["Retry-After"]
                assert b"<h1" in response.content
        finally:
            connection.settings_dict["HOST"] = place
        assert away.get("/wall-test/count/").status_code == 200

    def test_a_connection_lost_in_the_view_is_a_503_and_the_next_page_comes(self, away):
        assert away.post("/wall-test/lose/").status_code == 503
        assert away.get("/wall-test/count/").status_code == 200

    @pytest.mark.parametrize("is_host_known", [True, False])
    def test_a_connection_that_died_while_idle_is_not_noticed_by_anybody(self, away, is_host_known):
        assert away.get("/wall-test/count/").status_code == 200
        with side_connection() as other:
            pid = connection.connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        if not is_host_known:
            from tenancy.provinces import forget_hosts

            forget_hosts()
        assert away.get("/wall-test/count/").status_code == 200
        assert connection.connection.info.backend_pid != pid


class TestStreaming:
    def test_a_generator_without_a_scope_raises_while_it_streams(self, client):
        with pytest.raises(NoTenant):
            b"".join(client.get("/wall-test/stream/bare/").streaming_content)

    def test_a_generator_that_opens_its_scope_works(self, client):
        assert b"".join(client.get("/wall-test/stream/scoped/").streaming_content) == b"0"


def sign_in(client) -> None:
    client.post(reverse("account_login"), {"login": "an", "password": "mat-khau-dai-1"})


class TestSessions:
    @pytest.fixture(autouse=True)
    def _clean(self, db):
        cache.clear()

    @pytest.fixture
    def user(self, province):
        with tenant_scope(province):
            return User.objects.create_user("an", "mat-khau-dai-1", email="an@example.vn")

    @pytest.mark.parametrize(("kind", "status"), [("409", 409), ("500", 500)])
    def test_a_login_that_fails_afterwards_keeps_the_old_session(self, client, user, kind, status):
        client.post("/wall-test/note/")
        key = client.cookies["session"].value
        response = client.post(f"/wall-test/login/{user.pk}/?kind={kind}")
        assert response.status_code == status
        assert client.cookies["session"].value == key
        assert client.get("/wall-test/who/").json() == {"user": None, "note": "kept"}

    def test_a_session_of_one_province_is_nobody_on_the_other_host(
        self, client, province, other_province, user
    ):
        sign_in(client)
        assert client.get("/wall-test/who/").json()["user"] == user.pk
        foreign = HostClient(other_province)
        foreign.cookies["session"] = client.cookies["session"].value
        response = foreign.get("/wall-test/who/")
        assert response.json()["user"] is None
        assert response.cookies["session"]["max-age"] == 0  # and the cookie is taken away
        assert client.get("/wall-test/who/").json()["user"] == user.pk

    def test_the_same_user_name_signs_in_to_each_province_with_its_own_password(
        self, client, other_client, user, other_province
    ):
        with tenant_scope(other_province):
            other = User.objects.create_user("an", "mat-khau-khac-2", email="an@example.vn")
        for browser, person, password in (
            (client, user, "mat-khau-dai-1"),
            (other_client, other, "mat-khau-khac-2"),
        ):
            wrong = "mat-khau-khac-2" if password.endswith("1") else "mat-khau-dai-1"
            browser.post(reverse("account_login"), {"login": "an", "password": wrong})
            assert browser.get("/wall-test/who/").json()["user"] is None
            browser.post(reverse("account_login"), {"login": "an", "password": password})
            assert browser.get("/wall-test/who/").json()["user"] == person.pk

    def test_the_cached_copy_of_a_session_lives_a_minute_at_most(self, client, user, province):
        import tenancy.sessions as sessions

        assert sessions.COPY_SECONDS <= 60
        sign_in(client)
        client.get("/wall-test/who/")
        key = client.cookies["session"].value
        with tenant_scope(province):
            store = sessions.SessionStore(key)
            assert store._cache.get(store.cache_key)["_auth_user_id"] == str(user.pk)
            ttl = store._cache._cache.get_client().ttl(store._cache.make_key(store.cache_key))
        assert 0 < ttl <= 60

    def test_two_provinces_share_no_cache_key(self, province, other_province):
        for each in (province, other_province):
            with tenant_scope(each):
                cache.set("figure", each.code)
        for each in (province, other_province):
            with tenant_scope(each):
                assert cache.get("figure") == each.code
        assert cache.get("figure") is None


class TestApi:
    @pytest.mark.parametrize("kind", ["409", "404", "403", "400"])
    def test_a_refusal_of_the_api_undoes_what_was_written(self, client, province, kind):
        response = client.post(f"/wall-test/api/{kind}/", {}, content_type="application/json")
        assert response.status_code == int(kind)
        assert set(response.json()) >= {"error", "code"}
        assert actions(province) == set()

    def test_a_bug_of_the_api_is_a_500_and_undone(self, client, province):
        assert client.post("/wall-test/api/500/").status_code == 500
        assert actions(province) == set()
