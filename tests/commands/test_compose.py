"""The compose file fits the project: services, commands, variables, health checks, the proxy."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from govit.provision import ROLES

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("provision", "migrate", "web", "worker", "beat")
ONE_SHOT = {"provision", "migrate"}


def names_in_code() -> set[str]:
    """Every name in capitals that the project's settings code mentions."""
    files = [*ROOT.glob("govit/*.py"), *ROOT.glob("govit/embedded/*.py")]
    files.append(ROOT / "notifications" / "sms" / "gateways.py")
    return {name for file in files for name in re.findall(r'"([A-Z][A-Z0-9_]+)"', file.read_text())}


def test_the_services_are_those_of_the_operations_guide():
    third_party = {"postgres", "redis", "nginx", "clamd"}
    assert set(SERVICES) == {*OURS, *third_party}


@pytest.mark.parametrize("name", OURS)
def test_each_variable_is_one_that_the_settings_read(name):
    known = names_in_code()
    families = tuple(prefix for prefix in known if prefix.endswith("_"))  # NATIONAL_SYNC_H32_URL
    asked = set(SERVICES[name]["environment"]) - known
    assert not [variable for variable in asked if not variable.startswith(families)]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_what_may_be_set_on_a_server_may_be_set_here(name):
    """What the example without containers names; scanner, addresses and folders are fixed here."""
    example = (ROOT / "deploy" / "portal.env.example").read_text()
    offered = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.M))
    elsewhere = {"VAR_DIR", "BACKUP_STAMP_FILE", "DATABASE_BACKUP_URL"}
    assert offered - elsewhere - set(SERVICES[name]["environment"]) == set()


@pytest.mark.parametrize("name", ["migrate", "web", "worker", "beat"])
def test_nothing_that_production_needs_is_missing(name):
    needed = {"SECRET_KEY", "REDIS_URL", "MEDIA_ROOT", "SITE_HTTPS", "TRUSTED_PROXY_COUNT"}
    needed |= {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DISPATCH_URL", "EMAIL_HOST"}
    needed |= {"FILES_REQUIRE_SCAN", "CLAMD_HOST", "DEFAULT_FROM_EMAIL"}
    variables = SERVICES[name]["environment"]
    assert needed <= set(variables)
    assert "GOVIT_DEMO" not in variables
    assert "ADMIN_DATABASE_URL" not in variables
    assert variables["FILES_REQUIRE_SCAN"] == "1"
    assert variables["TRUSTED_PROXY_COUNT"] == "1"


def test_each_role_is_provisioned_with_its_own_password():
    variables = SERVICES["provision"]["environment"]
    passwords = []
    for role in ROLES:
        if role.variable:
            match = re.fullmatch(
                r"postgresql://(\w+):\$\{(\w+):\?\}@postgres/portal", variables[role.variable]
            )
            assert match[1] == role.name
            passwords.append(match[2])
    assert len(set(passwords)) == len(passwords) == 5


def test_no_secret_has_a_default_and_the_example_names_all_that_are_asked():
    text = (ROOT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{(\w+)", text))
    for name in asked:
        if "PASSWORD" in name or "SECRET" in name:
            assert f"{name}:-" not in text or f"{name}:-}}" in text
    example = (ROOT / "deploy" / "compose.env.example").read_text()
    assert asked == set(re.findall(r"^(\w+)=", example, re.M))


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOT))
def test_each_running_service_has_a_health_check(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries"} <= set(check)


def test_the_health_check_of_the_web_server_is_a_program_that_runs_and_asks_for_readyz():
    *_, flag, program = SERVICES["web"]["healthcheck"]["test"]
    assert flag == "-c"
    compile(program, "healthcheck", "exec")
    assert "http://127.0.0.1:8000/readyz" in program
    assert '"/readyz"' in (ROOT / "govit" / "health.py").read_text()


def test_they_start_in_order():
    def condition(service: str, other: str) -> str:
        return SERVICES[service]["depends_on"][other]["condition"]

    assert condition("provision", "postgres") == "service_healthy"
    assert condition("migrate", "provision") == "service_completed_successfully"
    for name in ("web", "worker", "beat"):
        assert condition(name, "migrate") == "service_completed_successfully"
        assert condition(name, "redis") == "service_healthy"
    assert condition("nginx", "web") == "service_healthy"


@pytest.mark.parametrize("name", OURS)
def test_each_command_starts_something_that_exists(name):
    command = SERVICES[name].get("command") or ["gunicorn", "govit.wsgi"]
    if command[0] == "python":
        where = command[2] if command[1] == "-m" else command[1]
        assert (ROOT / where).exists() or find_spec(where)
        return
    assert (Path(sys.executable).parent / command[0]).exists()
    assert find_spec("govit.wsgi")
    assert find_spec("govit.celery")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_knows_the_options(name):
    _, app, project, sub, *options = SERVICES[name]["command"]
    done = subprocess.run(
        [sys.executable, "-m", "celery", app, project, sub, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for option in (part for part in options if part.startswith("-")):
        assert re.search(rf"(?<![\w-]){re.escape(option)}\b", done.stdout), option


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]


def test_volumes_and_mounted_files_exist():
    for name, service in SERVICES.items():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists() or source == "./deploy/tls", (name, source)
            else:
                assert source in COMPOSE["volumes"], (name, source)


def test_the_proxy_talks_to_the_web_server_and_adds_itself_to_the_chain_of_addresses():
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "server web:8000;" in text
    assert "proxy_set_header X-Forwarded-For   $proxy_add_x_forwarded_for;" in text
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in text
    assert text.count("{") == text.count("}")
    assert "/nginx-health" in SERVICES["nginx"]["healthcheck"]["test"][-1]
    assert "location = /nginx-health" in text


def test_the_image_installs_what_is_locked_and_runs_as_nobody_special():
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in text
    assert "npm ci" in text
    assert re.search(r"^USER portal$", text, re.M)
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M):
        for part in source.split():
            assert (ROOT / part).exists()


def test_units_and_example_of_a_server_agree_with_the_settings():
    example = (ROOT / "deploy" / "portal.env.example").read_text()
    names = set(re.findall(r"^(\w+)=", example, re.M))
    assert names <= names_in_code()
    assert {role.variable for role in ROLES if role.variable} <= names
    for unit in (ROOT / "deploy").glob("*.service"):
        text = unit.read_text()
        assert "User=portal" in text
        assert "EnvironmentFile=/etc/portal/env" in text
        program = re.search(r"^ExecStart=/srv/portal/(\S+)", text, re.M)[1]
        installed = Path(sys.executable).parent / Path(program).name
        assert installed.exists() or (ROOT / program).exists()
