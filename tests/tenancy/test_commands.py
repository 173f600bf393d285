"""Commands that work in a province, and those that must fail safely without one."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from organizations.models import User
from tenancy.scope import LostWork, NoTenant, tenant_scope


def test_in_province_makes_a_superuser_of_that_province_alone(two_provinces, monkeypatch):
    home, away = two_provinces
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "mat-khau-dai-1")
    create = ["createsuperuser", "--noinput", "--username", "chu", "--email", "c@example.vn"]
    call_command("in_province", home.code, *create, verbosity=0)
    with tenant_scope(home):
        assert User.objects.get(username="chu").is_superuser
    with tenant_scope(away):
        assert not User.objects.filter(username="chu").exists()


def test_createsuperuser_without_a_province_fails_and_makes_nobody(two_provinces, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "mat-khau-dai-1")
    with pytest.raises((NoTenant, DatabaseError)):
        call_command("createsuperuser", interactive=False, username="ai", email="a@example.vn")
    for province in two_provinces:
        with tenant_scope(province):
            assert not User.objects.filter(username="ai").exists()


@pytest.mark.parametrize("arguments", [("H00", "check"), ("H32",)])
def test_in_province_without_province_or_command_says_so(two_provinces, arguments):
    with pytest.raises(CommandError, match="Name a province"):
        call_command("in_province", *arguments)


def test_a_command_that_fails_in_a_province_leaves_nothing(two_provinces, monkeypatch):
    home = two_provinces[0]

    def create_and_fail(*arguments):
        User.objects.create_user("do", "mat-khau-dai-1")
        raise CommandError("no")

    monkeypatch.setattr("tenancy.management.commands.in_province.call_command", create_and_fail)
    with pytest.raises(CommandError, match="no"):
        call_command("in_province", home.code, "anything")
    with tenant_scope(home):
        assert not User.objects.filter(username="do").exists()


def test_a_command_that_closes_connections_cannot_say_it_succeeded(two_provinces, monkeypatch):
    from django.db import connections

    def create_and_close(*arguments):
        User.objects.create_user("do", "mat-khau-dai-1")
        connections.close_all()

    monkeypatch.setattr("tenancy.management.commands.in_province.call_command", create_and_close)
    with pytest.raises(LostWork):
        call_command("in_province", two_provinces[0].code, "anything")
