"""What a role lost is taken from who holds it already."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection

from organizations.models import Position, UnitUserPermission

MOVE = import_module("organizations.migrations.0009_take_sign_reports_from_oversight")
GAINS = [
    import_module(f"organizations.migrations.{name}")
    for name in ("0013_grant_document_permissions", "0015_grant_task_permissions")
]


def grant(position, codename):
    UnitUserPermission.objects.create(
        user=position.user, content_object=position.unit, position=position,
        permission=Permission.objects.get(codename=codename), valid_from=position.valid_from,
    )  # fmt: skip


def test_who_only_watches_loses_the_right_to_sign_and_nothing_else(scope, town):
    place = Position.objects.get(user=town.overseer)
    held = UnitUserPermission.objects.filter(user=town.overseer)
    before = set(held.values_list("permission__codename", flat=True))
    grant(place, "sign_reports")
    MOVE.take(apps, SimpleNamespace(connection=connection))
    with connection.cursor() as cursor:  # it went through every province
        cursor.execute("SELECT set_config('app.province', %s, true)", [str(town.root.province_id)])
    assert set(held.values_list("permission__codename", flat=True)) == before
    assert "sign_reports" not in before
    leader = UnitUserPermission.objects.filter(user=town.leader)
    assert leader.filter(permission__codename="sign_reports").count() == 1


@pytest.mark.parametrize("gain", GAINS)
def test_who_holds_a_role_gets_what_it_gained_and_only_that(scope, town, gain):
    gained = set(gain.GIVEN)
    held = UnitUserPermission.objects.filter(permission__codename__in=gained)
    before = set(held.values_list("user_id", "permission__codename", "content_object_id"))
    assert before
    held.delete()
    for _twice in range(2):
        gain.grant(apps, SimpleNamespace(connection=connection))
        with connection.cursor() as cursor:
            province = str(town.root.province_id)
            cursor.execute("SELECT set_config('app.province', %s, true)", [province])
        now = list(held.values_list("user_id", "permission__codename", "content_object_id"))
        assert len(now) == len(before)
        assert set(now) == before
