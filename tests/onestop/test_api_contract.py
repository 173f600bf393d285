"""The description of the machine interface is right, and what it describes stands random input."""

from __future__ import annotations

import io

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import override_settings
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from govit import api_schema
from tenancy.scope import tenant_scope
from tests.conftest import runs_fast
from tests.machines import ALL_SCOPES, let_in
from tests.onestop.dossiers import assigned
from tests.onestop.test_api_sending import offered_online
from tests.people import make_town
from tests.provinces import own_provinces

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
FEW, MANY = 8, 150  # examples of each operation: in the fast part, in the whole run


def test_the_description_is_valid_and_warns_of_nothing():
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--lang", "vi", stdout=out)
    assert "/api/v1/dossiers/" in out.getvalue()


def test_every_operation_says_what_it_is_and_shows_its_scope_and_refusals():
    for path, methods in api_schema.description()["paths"].items():
        for method, facts in methods.items():
            assert facts["summary"], (path, method)
            assert facts["description"], (path, method)
            assert {"400", "401", "403", "404", "429"} <= set(facts["responses"])
            assert facts["security"] == [{"token": []}]


def test_what_is_sent_is_described_for_readers_and_not_by_the_code():
    with translation.override("vi"):
        schemas = api_schema.description()["components"]["schemas"]
    said = {
        name: shape.get("description")
        for name, shape in schemas.items() if shape.get("type") == "object"
    }  # fmt: skip
    sent = "Trường không được mô tả ở đây sẽ bị từ chối."
    assert said["DossierInRequest"] == said["SupplementInRequest"] == sent
    assert set(said.values()) == {None, sent}


def test_the_page_shows_every_operation_with_an_example(client):
    page = client.get("/api/")
    assert page.status_code == 200
    text = page.content.decode()
    for path in api_schema.description()["paths"]:
        assert path in text
    assert "Trần Văn Thử" in text
    assert "script-src" in page.headers["Content-Security-Policy"]


def test_the_description_is_to_be_had_without_a_token(client):
    answer = client.get("/api/v1/openapi.yaml")
    assert answer.status_code == 200
    assert answer.content.startswith(b"openapi: 3")


@pytest.fixture(scope="module")
def caller(django_db_setup, django_db_blocker, tmp_path_factory):
    """A client with every scope in a province of its own, and how to reach it."""
    media = tmp_path_factory.mktemp("media")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=media),
        own_provinces(1) as (province,),
    ):
        with tenant_scope(province):
            town = make_town()
            offered_online(town)
            dossier = assigned(town)
            _client, token = let_in(town, town.root, scopes=ALL_SCOPES, per_minute=1_000_000)
        yield province.host, token, dossier.code
        connection.close()


PATHS = sorted(
    (method.upper(), path)
    for path, methods in api_schema.description()["paths"].items()
    for method in methods
)


@pytest.mark.parametrize(("method", "path"), PATHS, ids=" ".join)
def test_random_requests_get_the_answers_that_are_described(
    request, caller, django_db_blocker, method, path
):
    host, token, _code = caller
    fast = runs_fast(request.config)
    seen: set[int] = set()
    with django_db_blocker.unblock():
        described = schemathesis.openapi.from_wsgi(
            "/api/v1/openapi.yaml", get_wsgi_application(), headers={"Host": host}
        )

        @settings(
            max_examples=FEW if fast else MANY, deadline=None, database=None, derandomize=fast,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=described[path][method].as_strategy())
        def ask(case):
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
            answer = case.call(headers={"Host": host})
            seen.add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        ask()
    assert seen - {401}, "the token was not sent: nothing was tried"
    assert 401 not in seen
