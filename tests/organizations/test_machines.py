"""Clients of the machine interface: let in, new token, shut out; and what a token opens."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError
from organizations import access
from organizations.access import RefusedError
from organizations.models import ApiClient, ApiToken, RateBucket, UnitUserPermission, User
from organizations.services import machines
from organizations.services.tokens import admit, digest_of
from organizations.tasks import forget_requests
from tenancy.scope import tenant_scope
from tests.machines import Machine, let_in, machine_of
from tests.people import make_person

PROCEDURES = "procedures/"


def facts(town, **changes):
    known = {
        "name": "Cổng quốc gia", "contact": "Nguyễn Văn A", "unit_ids": [town.agency.pk],
        "scopes": ["dossiers:read"], "per_minute": 60, "days": 30,
    }  # fmt: skip
    return known | changes


class TestLettingIn:
    def test_the_token_is_kept_as_a_hash_alone(self, scope, town):
        client, token = machines.create_client(actor=town.superuser, **facts(town))
        kept = ApiToken.objects.get(client=client)
        assert kept.digest == digest_of(token)
        secret = token.rpartition(".")[2]
        assert len(secret) == 43  # 256 bits
        everything = [str(row) for row in ApiToken.objects.values()]
        everything += [str(row) for row in AuditEntry.objects.values()]
        assert secret not in "".join(everything)

    def test_the_client_sees_its_units_and_nothing_else_is_allowed(self, scope, town):
        client, _token = machines.create_client(actor=town.superuser, **facts(town))
        assert access.rights_on(client.user, town.division.pk) == {"view_dossiers"}
        assert access.rights_on(client.user, town.other_agency.pk) == frozenset()

    @pytest.mark.parametrize("name", ["agency_admin", "leader", "overseer", "editor"])
    def test_only_a_system_administrator_lets_a_system_in(self, scope, town, name):
        with pytest.raises(RefusedError):
            machines.create_client(actor=getattr(town, name), **facts(town))
        assert not ApiClient.objects.exists()

    def test_an_agency_administrator_of_the_whole_province_is_refused_too(self, scope, town):
        admin = make_person("agency_admin", town.root)
        with pytest.raises(RefusedError):
            machines.create_client(actor=admin, **facts(town))

    @pytest.mark.parametrize(
        "change", [{"unit_ids": []}, {"scopes": ["all"]}, {"days": 0}, {"days": 731}]
    )
    def test_a_client_without_units_scopes_or_end_is_refused(self, scope, town, change):
        with pytest.raises(DomainError):
            machines.create_client(actor=town.superuser, **facts(town, **change))
        assert not User.objects.filter(is_machine=True).exists()

    def test_a_machine_is_in_no_list_of_people(self, scope, town):
        client, _token = let_in(town, town.root)
        seen = access.people_visible_to(town.superuser, "view_people")
        assert town.officer in seen
        assert client.user not in seen


class TestNewToken:
    def test_two_tokens_are_valid_for_a_while(self, scope, town):
        client, old = let_in(town)
        new = machines.rotate_token(client.pk, actor=town.superuser, days=30, overlap_days=7)
        assert admit(old, "").client == admit(new, "").client == client
        later = timezone.now() + dt.timedelta(days=7, minutes=1)
        valid = {row.prefix for row in ApiToken.objects.all() if row.is_valid_at(later)}
        assert valid == {new.split(".")[1]}

    def test_without_overlap_the_old_one_ends_at_once(self, scope, town):
        client, old = let_in(town)
        new = machines.rotate_token(client.pk, actor=town.superuser, days=30, overlap_days=0)
        assert admit(old, "").client is None
        assert admit(new, "").client == client

    def test_an_old_token_never_gets_longer(self, scope, town):
        client, _old = machines.create_client(actor=town.superuser, **facts(town, days=1))
        before = ApiToken.objects.get(client=client).expires_at
        machines.rotate_token(client.pk, actor=town.superuser, days=30, overlap_days=30)
        assert ApiToken.objects.order_by("pk").first().expires_at == before

    def test_others_are_refused(self, scope, town):
        client, token = let_in(town)
        with pytest.raises(RefusedError):
            machines.rotate_token(client.pk, actor=town.agency_admin, days=30, overlap_days=0)
        assert admit(token, "").client == client


def rights(town, **changes):
    known = {
        "contact": "Trần B", "unit_ids": [town.other_agency.pk], "scopes": ["procedures:read"],
        "per_minute": 60,
    }  # fmt: skip
    return known | changes


class TestChanging:
    def test_it_sees_and_may_do_at_once_what_it_was_given(self, province, town):
        with tenant_scope(province):
            client, token = let_in(town, scopes=["dossiers:read"])
        machine = Machine(province, token)
        assert machine.read("dossiers/").status_code == 200
        with tenant_scope(province):
            machines.change_client(client.pk, actor=town.superuser, **rights(town))
            assert access.rights_on(client.user, town.agency.pk) == frozenset()
            assert access.rights_on(client.user, town.other_agency.pk) == {"view_dossiers"}
        assert machine.read("dossiers/").json()["code"] == "scope_missing"
        assert machine.read(PROCEDURES).status_code == 200

    def test_the_log_keeps_what_was_and_what_is(self, scope, town):
        client, _token = machines.create_client(actor=town.superuser, **facts(town))
        wish = rights(town, contact="Nguyễn Văn A")
        machines.change_client(client.pk, actor=town.superuser, **wish)
        machines.change_client(client.pk, actor=town.superuser, **wish)  # the same: no act
        entry = AuditEntry.objects.get(action="client.changed", subject_id=str(client.pk))
        assert entry.data == {
            "before": {"units": [town.agency.code], "scopes": ["dossiers:read"]},
            "after": {"units": [town.other_agency.code], "scopes": ["procedures:read"]},
        }

    @pytest.mark.parametrize("change", [{"unit_ids": []}, {"scopes": ["all"]}])
    def test_without_units_or_scopes_nothing_changes(self, scope, town, change):
        client, _token = let_in(town)
        with pytest.raises(DomainError):
            machines.change_client(client.pk, actor=town.superuser, **rights(town, **change))
        assert access.rights_on(client.user, town.agency.pk) == {"view_dossiers"}

    def test_a_closed_unit_may_be_kept_and_is_not_added(self, scope, town):
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        client, _token = let_in(town, town.other_agency)
        for unit in (town.other_agency, town.commune):
            type(unit).objects.filter(pk=unit.pk).update(valid_to=yesterday)
        machines.change_client(client.pk, actor=town.superuser, **rights(town))
        with pytest.raises(DomainError):
            machines.change_client(
                client.pk, actor=town.superuser, **rights(town, unit_ids=[town.commune.pk])
            )

    def test_others_and_a_system_that_is_shut_out_are_refused(self, scope, town):
        client, _token = let_in(town)
        with pytest.raises(RefusedError):
            machines.change_client(client.pk, actor=town.agency_admin, **rights(town))
        machines.revoke_client(client.pk, actor=town.superuser, reason="Hết hợp đồng")
        with pytest.raises(AlreadyDone):
            machines.change_client(client.pk, actor=town.superuser, **rights(town))


class TestShuttingOut:
    def test_nothing_of_it_works_any_more(self, scope, town):
        client, token = let_in(town)
        machines.revoke_client(client.pk, actor=town.superuser, reason="Hết hợp đồng")
        assert admit(token, "").client is None
        assert not UnitUserPermission.objects.filter(user=client.user).exists()
        with pytest.raises(AlreadyDone):
            machines.rotate_token(client.pk, actor=town.superuser, days=30, overlap_days=0)

    def test_others_are_refused(self, scope, town):
        client, token = let_in(town)
        with pytest.raises(RefusedError):
            machines.revoke_client(client.pk, actor=town.leader, reason="Không")
        assert admit(token, "").client == client


class TestTheAccount:
    def test_the_database_lets_no_machine_have_a_way_to_sign_in(self, scope, town):
        client, _token = let_in(town)
        user = client.user
        user.set_password("Mot-cua-dien-tu-2026")
        for change in ({"password": user.password}, {"email": "a@vi-du.example"},
                       {"is_superuser": True}, {"is_staff": True}):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                User.objects.filter(pk=user.pk).update(**change)

    def test_its_page_and_a_link_to_set_a_password_are_not_to_be_had(self, client, province, town):
        with tenant_scope(province):
            pk = let_in(town)[0].user_id
        browser = client.sign_in(town.superuser)
        assert browser.get(f"/quan-tri/nguoi-dung/{pk}/").status_code == 404
        link = browser.post(f"/quan-tri/nguoi-dung/{pk}/lien-ket/", {"by": "print"})
        assert link.status_code == 404


class TestTheDoor:
    def test_a_token_opens_its_own_province_only(self, province, other_province, town):
        with tenant_scope(province):
            _client, token = let_in(town)
        assert Machine(province, token).read(PROCEDURES).status_code == 200
        away = Machine(other_province, token).read(PROCEDURES)
        assert (away.status_code, away.json()["code"]) == (401, "authentication_failed")
        assert away.headers["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        "head", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer motcua.a.b", "Bearer " + "a" * 999]
    )
    def test_without_a_valid_token_it_is_401_in_json(self, province, town, head):
        response = Machine(province, HTTP_AUTHORIZATION=head).read(PROCEDURES)
        assert response.status_code == 401
        assert set(response.json()) == {"error", "code"}

    @pytest.mark.parametrize("change", [-1, +1])
    def test_every_letter_of_the_token_counts(self, province, town, change):
        with tenant_scope(province):
            _client, token = let_in(town)
        wrong = token[:-1] + chr(ord(token[-1]) + change)
        assert Machine(province, wrong).read(PROCEDURES).status_code == 401
        assert Machine(province, token[:-1]).read(PROCEDURES).status_code == 401

    def test_a_token_that_has_ended_opens_nothing(self, province, town):
        with tenant_scope(province):
            _client, token = let_in(town)
            now = timezone.now()
            ApiToken.objects.update(made_at=now - dt.timedelta(days=2), expires_at=now)
        assert Machine(province, token).read(PROCEDURES).status_code == 401

    def test_sessions_and_cookies_count_for_nothing(self, client, town):
        browser = client.sign_in(town.superuser)
        assert browser.get("/api/v1/procedures/").status_code == 401

    def test_a_token_opens_no_page_for_people(self, province, town):
        machine = machine_of(province, town)
        assert machine.get("/viec/").status_code == 302
        assert machine.get("/ho-so/").status_code == 302

    def test_a_scope_that_was_not_given_is_403_with_its_name(self, province, town):
        response = machine_of(province, town, scopes=["dossiers:read"]).read(PROCEDURES)
        assert (response.status_code, response.json()["code"]) == (403, "scope_missing")
        assert "procedures:read" in response.json()["error"]

    def test_the_day_of_the_last_use_is_kept(self, province, town):
        machine = machine_of(province, town)
        machine.read(PROCEDURES)
        with tenant_scope(province):
            assert ApiToken.objects.get().last_used_on == timezone.localdate()


class TestLimits:
    def test_a_client_gets_as_many_as_its_limit_and_then_429(self, province, town):
        machine = machine_of(province, town, per_minute=3)
        answers = [machine.read(PROCEDURES) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 20
        assert answers[-1].json()["code"] == "too_many_requests"

    def test_after_the_time_that_is_named_one_more_passes(self, province, town):
        machine = machine_of(province, town, per_minute=3)
        while (answer := machine.read(PROCEDURES)).status_code == 200:
            pass
        with tenant_scope(province):  # the clock goes on
            row = RateBucket.objects.get(key__startswith="client")
            row.empty_at -= dt.timedelta(seconds=int(answer.headers["Retry-After"]))
            row.save(update_fields=["empty_at"])
        assert machine.read(PROCEDURES).status_code == 200
        assert machine.read(PROCEDURES).status_code == 429

    def test_one_client_does_not_use_up_the_limit_of_another(self, province, town):
        first = machine_of(province, town, per_minute=1)
        second = machine_of(province, town, per_minute=1)
        assert [first.read(PROCEDURES).status_code for _ in range(2)] == [200, 429]
        assert second.read(PROCEDURES).status_code == 200

    @override_settings(API_WRONG_TOKENS_PER_HOUR=2)
    def test_wrong_tokens_are_counted_by_address_and_right_ones_pass(self, province, town):
        wrong = Machine(province, "motcua.a.b", REMOTE_ADDR="192.0.2.7")
        statuses = [wrong.read(PROCEDURES).status_code for _ in range(4)]
        assert statuses == [401, 401, 429, 429]
        elsewhere = Machine(province, "motcua.a.b", REMOTE_ADDR="192.0.2.8")
        assert elsewhere.read(PROCEDURES).status_code == 401
        with tenant_scope(province):
            _client, token = let_in(town)
        same_address = Machine(province, token, REMOTE_ADDR="192.0.2.7")
        assert same_address.read(PROCEDURES).status_code == 200

    def test_buckets_that_say_nothing_are_cleared(self, province, town):
        machine_of(province, town).read(PROCEDURES)
        with tenant_scope(province):
            RateBucket.objects.update(empty_at=timezone.now() - dt.timedelta(seconds=1))
        forget_requests()
        with tenant_scope(province):
            assert not RateBucket.objects.exists()


class TestPages:
    @pytest.fixture
    def browser(self, client, town):
        return client.sign_in(town.superuser)

    def test_a_system_is_let_in_and_its_token_shown_once(self, browser, province, town):
        facts = {
            "name": "Phần mềm hộ tịch", "contact": "Trần B", "units": [town.agency.pk],
            "scopes": ["procedures:read"], "per_minute": 60, "days": 30,
        }  # fmt: skip
        page = browser.post("/quan-tri/may-khach/moi/", facts)
        assert page.status_code == 200
        assert "no-store" in page.headers["Cache-Control"]
        token = page.context["token"]
        assert token in page.content.decode()
        assert Machine(province, token).read(PROCEDURES).status_code == 200
        detail = browser.get(f"/quan-tri/may-khach/{page.context['client'].pk}/")
        assert "Phần mềm hộ tịch" in detail.content.decode()
        assert token.rpartition(".")[2] not in detail.content.decode()

    def test_a_wrong_form_is_shown_again(self, browser, town):
        page = browser.post("/quan-tri/may-khach/moi/", {"name": "A"})
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {
            "contact", "units", "scopes", "per_minute", "days"
        }  # fmt: skip

    def test_what_it_may_do_is_changed_on_a_page_of_its_own(self, browser, province, town):
        with tenant_scope(province):
            client, _token = let_in(town)
        address = f"/quan-tri/may-khach/{client.pk}/sua/"
        form = browser.get(address).context["form"]
        assert form.initial["units"] == [town.agency.pk]
        wish = {"contact": "Trần B", "units": [town.commune.pk], "scopes": ["procedures:read"],
                "per_minute": 61}  # fmt: skip
        assert browser.post(address, wish | {"units": []}).status_code == 422
        page = browser.post(address, wish, follow=True).content.decode()
        assert "Trần B" in page
        assert f"{town.agency.code} → {town.commune.code}" in page  # in the history

    def test_new_token_and_shutting_out(self, browser, province, town):
        with tenant_scope(province):
            client, old = let_in(town)
        page = browser.post(
            f"/quan-tri/may-khach/{client.pk}/khoa-moi/", {"days": 10, "overlap_days": 0}
        )
        assert Machine(province, old).read(PROCEDURES).status_code == 401
        new = Machine(province, page.context["token"])
        assert new.read(PROCEDURES).status_code == 200
        browser.post(f"/quan-tri/may-khach/{client.pk}/thu-hoi/", {"reason": "Lộ khóa"})
        assert new.read(PROCEDURES).status_code == 401
        assert "Lộ khóa" in browser.get(f"/quan-tri/may-khach/{client.pk}/").content.decode()

    def test_the_list_costs_the_same_for_one_and_five(
        self, browser, province, town, django_assert_max_num_queries, django_assert_num_queries
    ):
        with tenant_scope(province):
            let_in(town)
        browser.get("/quan-tri/may-khach/")
        with django_assert_max_num_queries(16) as few:
            browser.get("/quan-tri/may-khach/")
        with tenant_scope(province):
            for unit in (town.agency, town.other_agency, town.commune, town.root):
                let_in(town, unit)
        with django_assert_num_queries(len(few)):
            assert browser.get("/quan-tri/may-khach/").status_code == 200


def test_a_merger_lets_the_client_see_the_successor(scope, town):
    from organizations.services.mergers import merge_unit

    client, _token = let_in(town, town.other_agency)
    merge_unit(
        town.other_agency.pk, town.agency.pk, actor=town.superuser,
        on=timezone.localdate() - dt.timedelta(days=1), reason="Nghị quyết 1",
    )  # fmt: skip
    assert access.rights_on(client.user, town.agency.pk) == {"view_dossiers"}
