"""The demo's accounts: listed on the sign-in page and by a command, in the demo only."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from organizations import demo
from organizations.roles import ROLES
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.people import make_person, make_unit


@pytest.fixture
def clerk_of_the_demo(province):
    with tenant_scope(province):
        root = make_unit("H32", "province")
        return make_person("counter", root, username="motcua", full_name="Trần Thị Hoa")


def test_the_demo_has_an_account_for_every_role():
    assert {account.role for account in demo.accounts()} == set(ROLES)


def test_the_sign_in_page_of_the_demo_names_accounts_and_password(
    province, clerk_of_the_demo, settings
):
    settings.GOVIT_DEMO = True
    page = HostClient(province).get("/dang-nhap/").content.decode()
    assert "motcua" in page
    assert demo.password() in page


def test_outside_the_demo_nothing_of_it_is_shown(province, clerk_of_the_demo):
    page = HostClient(province).get("/dang-nhap/").content.decode()
    assert "motcua" not in page
    assert demo.password() not in page
    with pytest.raises(SystemExit) as left:
        call_command("demo_accounts")
    assert left.value.code == 2


def test_the_command_prints_one_line_an_account(clerk_of_the_demo, settings, capsys):
    settings.GOVIT_DEMO = True
    call_command("demo_accounts")
    out = capsys.readouterr().out
    assert "h32.localhost" in out
    assert "motcua" in out
    assert out.rstrip().endswith(demo.password())
