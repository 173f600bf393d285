"""Reading a person's data leaves a note, on whatever page they stand."""

import pytest
from django.urls import reverse

from audit.models import AccessNote
from tenancy.scope import tenant_scope
from tests.onestop.counter import NUMBER, QR, filled_in, send
from tests.onestop.dossiers import assigned, make_dossier, turned_away
from tests.onestop.test_visits import VISITS


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return assigned(town)


def notes(province):
    with tenant_scope(province):
        return list(
            AccessNote.objects.order_by("pk").values_list("kind", "actor_name", "subject_name")
        )


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("officer", "/ho-so/{}/"),
        ("officer", "/ho-so/{}/chuyen-buoc/"),
        ("clerk", "/ho-so/{}/sua/"),
        ("clerk", "/ho-so/{}/da-nhan/"),
    ],
)
def test_every_page_of_a_dossier_notes_who_opened_it(client, town, province, dossier, who, page):
    person = getattr(town, who)
    client.sign_in(person)
    for _twice in range(2):
        assert client.get(page.format(dossier.code)).status_code == 200
    assert notes(province) == [("dossier.opened", person.full_name, dossier.code)]


def test_the_fresh_state_after_a_refused_act_is_a_page_of_the_dossier(
    client, town, province, dossier
):
    client.sign_in(town.officer)
    url = reverse("onestop:dossier_act", args=[dossier.code, "chuyen-buoc"])
    assert client.post(url, {"step": "0", "note": ""}).status_code == 409
    assert notes(province) == [("dossier.opened", town.officer.full_name, dossier.code)]


def test_filling_a_person_from_an_earlier_dossier_names_that_dossier(counter, province, town):
    with tenant_scope(province):
        earlier = make_dossier(town)
    send(counter, filled_in(counter, act="fill", **{"applicant-name": ""}))
    assert notes(province) == [("person.filled", town.clerk.full_name, earlier.code)]


def test_a_card_of_somebody_unknown_reads_nobody(counter, province):
    send(counter, filled_in(counter, act="fill", scan=QR))
    assert notes(province) == []


def test_who_looks_for_a_visit_by_number_is_noted_with_what_he_found(client, province, town):
    with tenant_scope(province):
        visit = turned_away(town)
    client.sign_in(town.clerk).post(VISITS, {"q": NUMBER}, follow=True)
    with tenant_scope(province):
        note = AccessNote.objects.get()
        assert (note.kind, note.data) == ("visits.searched", {"found": [visit.pk]})
