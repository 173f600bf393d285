"""The filters of the queue are kept under a name, for oneself or for a unit."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import DomainError
from onestop.models import SavedView
from onestop.services import saved_views
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import APPLICANT, assigned
from tests.onestop.test_query_counts import questions

QUEUE, SAVE, LIST = (
    reverse(f"onestop:{name}") for name in ("dossier_list", "view_save", "view_list")
)


def open_url(view):
    return reverse("onestop:view_open", args=[view.pk])


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return assigned(town)


def test_filters_are_saved_and_opened_again(client, province, town, dossier):
    client.sign_in(town.officer)
    day = f"{timezone.localdate():%d/%m/%Y}"
    query = f"xem=tat-ca&nguoi=toi&tt=4&thu_tuc=1.000001&tu={day}"
    assert f"{SAVE}?" in client.get(f"{QUEUE}?{query}").text
    page = client.post(f"{SAVE}?{query}", {"name": "Của tôi"}, follow=True)
    assert dossier.code in page.text
    assert "Của tôi" in page.text
    assert page.context["form"].cleaned_data["tt"] == 4
    assert [one["current"] for one in page.context["saved"]] == [True]
    with tenant_scope(province):
        view = SavedView.objects.get()
        assert view.query == {
            "xem": "tat-ca", "nguoi": "toi", "tt": "4", "thu_tuc": "1.000001", "tu": day,
        }  # fmt: skip
        assert AuditEntry.objects.filter(action="saved_view.saved").count() == 1


def test_a_number_of_a_person_is_never_kept(client, province, town, dossier):
    client.sign_in(town.officer)
    found = client.get(QUEUE, {"q": APPLICANT.number, "xem": "tat-ca"}, follow=True)
    link = next(part for part in found.text.split('"') if part.startswith(f"{SAVE}?"))
    look = client.get(link.replace("&amp;", "&"))
    assert "Từ khóa tìm" in look.text
    for query in (link.split("?")[1].replace("&amp;", "&"), f"q={APPLICANT.number}&tt=4"):
        client.post(f"{SAVE}?{query}", {"name": f"Khung {query[:6]}"})
    refused = client.post(f"{SAVE}?tt=4", {"name": f"Của {APPLICANT.number}"})
    assert refused.status_code == 409
    with tenant_scope(province):
        kept = [(view.name, view.query) for view in SavedView.objects.all()]
        assert len(kept) == 2
        assert "q" not in {key for _name, query in kept for key in query}
        logged = AuditEntry.objects.filter(action="saved_view.saved").values_list("data", flat=True)
        assert APPLICANT.number not in f"{kept} {list(logged)}"


def test_what_is_not_known_any_more_is_said_and_left_out(client, province, town, dossier):
    with tenant_scope(province):
        view = saved_views.save_view(
            actor=town.officer,
            name="Cũ",
            query={"thu_tuc": "9.999999", "nguoi": "99999", "tt": "4"},
        )
    page = client.sign_in(town.officer).get(open_url(view), follow=True)
    assert dossier.code in page.text
    assert "Mã thủ tục" in page.text
    query = page.request["QUERY_STRING"]
    assert "thu_tuc" not in query
    assert "nguoi" not in query
    assert "tt=4" in query


def test_who_may_assign_shares_a_view_with_the_unit_and_those_below(client, province, town):
    client.sign_in(town.leader)
    client.post(f"{SAVE}?tt=5", {"name": "Chờ dân", "unit": town.agency.pk})
    with tenant_scope(province):
        view = SavedView.objects.get()
    for person, is_there in ((town.officer, True), (town.outsider, False)):
        client.sign_in(person)
        assert ("Chờ dân" in client.get(QUEUE).text) is is_there
        assert client.get(open_url(view)).status_code == (302 if is_there else 404)


def test_an_official_shares_with_nobody(client, province, town):
    client.sign_in(town.officer).post(f"{SAVE}?tt=5", {"name": "Chung", "unit": town.division.pk})
    with tenant_scope(province):
        assert SavedView.objects.get().unit is None
        with pytest.raises(PermissionDenied):
            saved_views.save_view(
                actor=town.officer, name="Khác", query={}, unit_id=town.division.pk
            )


def test_a_view_is_renamed_and_deleted_by_who_keeps_it(client, province, town):
    with tenant_scope(province):
        view = saved_views.save_view(
            actor=town.leader, name="Cũ", query={"tt": "5"}, unit_id=town.agency.pk
        )
    rename, delete = (
        reverse(f"onestop:view_{act}", args=[view.pk]) for act in ("rename", "delete")
    )
    client.sign_in(town.officer)
    assert rename not in client.get(LIST).text
    assert client.post(rename, {"name": "Mới"}).status_code == 403
    assert client.post(delete).status_code == 403
    client.sign_in(town.outsider)
    assert client.post(delete).status_code == 404
    client.sign_in(town.leader)
    client.post(rename, {"name": "Mới"})
    assert "Mới" in client.get(LIST).text
    client.post(delete)
    with tenant_scope(province):
        assert not SavedView.objects.exists()
        told = AuditEntry.objects.filter(action__startswith="saved_view.").order_by("id")
        assert [one.action for one in told] == [
            "saved_view.saved", "saved_view.renamed", "saved_view.deleted",
        ]  # fmt: skip


def test_names_are_taken_once_and_views_are_not_without_end(scope, town, monkeypatch):
    saved_views.save_view(actor=town.officer, name="Một", query={})
    with pytest.raises(DomainError):
        saved_views.save_view(actor=town.officer, name=" Một ", query={})
    saved_views.save_view(actor=town.head, name="Một", query={})
    monkeypatch.setattr(saved_views, "MOST", 1)
    with pytest.raises(DomainError):
        saved_views.save_view(actor=town.officer, name="Hai", query={})


@pytest.mark.parametrize("views", [1, 5])
def test_the_page_of_views_costs_the_same_for_one_and_for_five(client, province, town, views):
    with tenant_scope(province):
        for number in range(views):
            saved_views.save_view(actor=town.officer, name=f"Khung {number}", query={"tt": "5"})
    client.sign_in(town.officer)
    client.get(LIST)
    _page, asked = questions(lambda: client.get(LIST))
    assert len(asked) == 4, "\n".join(asked)
