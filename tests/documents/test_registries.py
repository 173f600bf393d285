"""Bodies and their registries: opened, changed, ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import DomainError
from documents.issuing import Stage
from documents.models import Outgoing, Registry
from documents.services.registries import BodyFacts, change_registry, open_registry
from organizations.access import RefusedError
from papers import certificates
from papers.models import Counter
from tenancy.scope import tenant_scope
from tests.documents.desks import entered, registry_of
from tests.documents.drafts import brought_to
from tests.documents.seals import believed, seal_of

COUNTS = import_module("documents.migrations.0024_count_on_from_numbers_in_use")
FACTS = BodyFacts(name="Ủy ban nhân dân tỉnh", symbol="UBND", code="H32")
OF_LAW = "Quyết định (quy phạm pháp luật)"
PAGE = "/quan-tri/van-thu/"
TYPED = {"name": "Sở Tư pháp", "symbol": "STP", "code": "H32.06"}


def test_one_unit_keeps_the_registers_of_two_bodies_each_from_one_on(scope, town):
    own = registry_of(town)
    committee = open_registry(FACTS, actor=town.superuser, unit_id=town.agency.pk)
    assert [entered(town, registry=each).number for each in (own, committee)] == [1, 1]
    assert entered(town, registry=committee, reference="8/BC").number == 2


def test_a_changed_body_goes_on_with_its_numbers(scope, town):
    registry = open_registry(FACTS, actor=town.superuser, unit_id=town.agency.pk)
    entered(town, registry=registry)
    renamed = BodyFacts(name="UBND tỉnh Khánh Hòa", symbol="UBND", code="H32")
    change_registry(registry.pk, renamed, actor=town.superuser)
    registry.refresh_from_db()
    assert registry.name == "UBND tỉnh Khánh Hòa"
    assert entered(town, registry=registry, reference="8/BC").number == 2
    actions = AuditEntry.objects.filter(subject_type="documents.registry").order_by("pk")
    assert [each.action for each in actions] == ["registry.opened", "registry.changed"]


def test_a_body_that_has_ended_takes_in_nothing_more(scope, town):
    registry = open_registry(FACTS, actor=town.superuser, unit_id=town.agency.pk)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    ended = BodyFacts(**{**vars(FACTS), "valid_to": yesterday})
    change_registry(registry.pk, ended, actor=town.superuser)
    with pytest.raises(DomainError, match="no more documents"):
        entered(town, registry=registry)


def test_two_bodies_never_share_a_code(scope, town):
    open_registry(FACTS, actor=town.superuser, unit_id=town.agency.pk)
    with pytest.raises(DomainError, match="belongs to another body"):
        open_registry(FACTS, actor=town.superuser, unit_id=town.other_agency.pk)
    own = registry_of(town)
    with pytest.raises(DomainError, match="belongs to another body"):
        change_registry(own.pk, FACTS, actor=town.superuser)


def test_a_code_that_is_given_up_still_leads_to_its_body(scope, town):
    registry = open_registry(FACTS, actor=town.superuser, unit_id=town.agency.pk)
    for code in ("H32.98", "H32.99", "H32.98"):
        registry.refresh_from_db()
        facts = BodyFacts(**{name: getattr(registry, name) for name in vars(FACTS)})
        change_registry(registry.pk, replace(facts, code=code), actor=town.superuser)
    registry.refresh_from_db()
    assert registry.former_codes == ["H32", "H32.99"]
    other = replace(FACTS, code="H32.50", former_codes=("H32.99",))
    with pytest.raises(DomainError, match="former codes belongs to"):
        open_registry(other, actor=town.superuser, unit_id=town.agency.pk)
    with pytest.raises(DomainError, match="code in force"):
        open_registry(replace(other, former_codes=("H32.50",)), actor=town.superuser,
                      unit_id=town.agency.pk)  # fmt: skip
    ended = registry_of(town, code="H32.70")
    open_registry(replace(other, former_codes=()), actor=town.superuser, unit_id=town.agency.pk)
    heir = Registry.objects.get(code="H32.50")
    merged = replace(other, former_codes=("H32.70",))
    with pytest.raises(DomainError, match="last day"):
        change_registry(heir.pk, merged, actor=town.superuser)
    Registry.objects.filter(pk=ended.pk).update(valid_to=timezone.localdate())
    change_registry(heir.pk, merged, actor=town.superuser)


def test_the_seal_goes_with_its_body_to_another_code(scope, town):
    believed()
    registry = open_registry(FACTS, actor=town.superuser, unit_id=town.agency.pk)
    seal = seal_of(registry, town.superuser)
    moved = BodyFacts(**{**vars(FACTS), "code": "H32.99"})
    change_registry(registry.pk, moved, actor=town.superuser)
    heir = open_registry(FACTS, actor=town.superuser, unit_id=town.other_agency.pk)
    assert not certificates.of_body(heir.code).exists()
    assert list(certificates.of_body("H32.99")) == [seal]
    (entry,) = AuditEntry.objects.filter(action="certificate.moved")
    assert (entry.data["from"], entry.data["body"]) == ("H32", "H32.99")


def test_only_who_keeps_units_keeps_registries(scope, town):
    own = registry_of(town)
    for person in (town.records_clerk, town.leader, town.agency_admin, town.overseer):
        with pytest.raises(RefusedError):
            open_registry(FACTS, actor=person, unit_id=town.agency.pk)
        with pytest.raises(RefusedError):
            change_registry(own.pk, FACTS, actor=person)


def test_a_registry_is_opened_and_changed_on_its_pages(client, province, town):
    client.sign_in(town.superuser)
    sent = {**TYPED, "unit": town.other_agency.pk}
    assert client.post(f"{PAGE}moi/", sent).status_code == 302
    assert "Sở Tư pháp" in client.get(PAGE).text
    with tenant_scope(province):
        made = Registry.objects.get(code="H32.06")
    assert 'value="STP"' in client.get(f"{PAGE}{made.pk}/").text
    assert client.post(f"{PAGE}{made.pk}/", {**TYPED, "symbol": "STP2"}).status_code == 302
    assert "STP2" in client.get(PAGE).text


def test_registries_are_found_by_name_symbol_and_codes(client, province, town):
    with tenant_scope(province):
        own = registry_of(town)
        named = {"name": "Sở Tư pháp", "symbol": "STP", "code": "H32.06"}
        facts = BodyFacts(**named, old_code="000.00.06.H32")
        open_registry(facts, actor=town.superuser, unit_id=town.other_agency.pk)
    client.sign_in(town.superuser)
    for words in ("so tu phap", "PHÁP stp", "h32.06", "000.00.06", town.other_agency.name):
        rows = client.get(PAGE, {"q": words}).context["page"].rows
        assert [each.code for each in rows] == ["H32.06"], words
    assert {each.pk for each in client.get(PAGE).context["page"].rows} > {own.pk}
    nothing = client.get(PAGE, {"q": "không có"}, headers={"HX-Request": "true"})
    assert "Không có văn thư nào khớp" in nothing.text
    assert "<html" not in nothing.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "32.06"}, {"code": "H32..06"}, {"symbol": "S/TP"}, {"symbol": "S TP"},
        {"old_code": "000.00.06"}, {"valid_from": "02/01/2026", "valid_to": "01/01/2026"},
        {"unit": "999999"}, {"name": " "},
    ],
)  # fmt: skip
def test_what_cannot_be_a_body_comes_back_as_typed(client, province, town, wrong):
    client.sign_in(town.superuser)
    answer = client.post(f"{PAGE}moi/", {**TYPED, "unit": town.other_agency.pk, **wrong})
    assert answer.status_code == 422
    with tenant_scope(province):
        assert not Registry.objects.exists()


def test_how_a_body_counts_is_typed_as_names_of_types(province, town, client):
    with tenant_scope(province):
        registry = registry_of(town)
    client.sign_in(town.superuser)
    page = f"{PAGE}{registry.pk}/"
    sent = {
        "name": registry.name, "symbol": registry.symbol, "code": registry.code,
        "place": "Nha Trang", "superior": "UBND tỉnh", "numbering": "groups",
    }  # fmt: skip
    for wrong in ("", "Báo cáo, Không có", "Báo cáo\nBáo cáo", "Báo cáo, Thư công", OF_LAW):
        answer = client.post(page, {**sent, "number_groups": wrong})
        assert answer.status_code == 422, wrong
    names = "Báo cáo, Tờ trình\nChỉ thị"
    assert client.post(page, {**sent, "number_groups": names}).status_code == 302
    with tenant_scope(province):
        registry.refresh_from_db()
        assert registry.number_groups == [["bao-cao", "to-trinh"], ["chi-thi"]]
        assert (registry.place, registry.superior) == ("Nha Trang", "UBND tỉnh")
    assert names in client.get(page).text


def test_a_type_that_counts_by_itself_now_goes_on_after_the_numbers_it_has(scope, town):
    """Numbers given when it counted with others; the years before are raised too."""
    registry, law = registry_of(town), {"type": "quyet-dinh-qppl"}
    before = brought_to(Stage.NUMBERED, town, **law)
    year = str(before.year)
    Outgoing.objects.filter(pk=before.pk).update(
        series=f"issue:{registry.pk}:all", number=7, reference=f"07/{year}/QĐ-{registry.symbol}"
    )
    letter = brought_to(Stage.NUMBERED, town, type="thu-cong")
    Outgoing.objects.filter(pk=letter.pk).update(
        series=f"issue:{registry.pk}:thu-cong", number=3, reference="03/x"
    )
    Counter.objects.filter(series__startswith="issue:").delete()
    for _twice in range(2):
        COUNTS.count_on(apps, SimpleNamespace(connection=connection))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.province', %s, true)", [str(registry.province_id)]
            )
        counters = Counter.objects.filter(series__startswith="issue:").order_by("series")
        assert list(counters.values_list("series", "period", "last")) == [
            (f"issue:{registry.pk}:cong-van", year, 3),
            (f"issue:{registry.pk}:quyet-dinh-qppl", year, 7),
        ]
    assert brought_to(Stage.NUMBERED, town, **law).number == 8


def test_a_number_that_is_in_use_is_passed_over(scope, town):
    first = brought_to(Stage.NUMBERED, town)
    Counter.objects.filter(series=first.series).update(last=0)
    second = brought_to(Stage.NUMBERED, town)
    assert (second.number, second.document_id == first.document_id) == (first.number + 1, False)
