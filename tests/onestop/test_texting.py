"""Which facts of a dossier are texted, to whom, in which words."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.models import OutboxEvent
from notifications.models import SmsMessage
from onestop import texting
from onestop.models import Dossier, DossierPerson
from onestop.states import PersonPart
from organizations.models import RuleSet
from tests.onestop.dossiers import at_kind, make_dossier
from tests.onestop.linked import finish_both, make_linked, parts_of, receive

pytestmark = pytest.mark.usefixtures("scope")


def deliver(action):
    for event in OutboxEvent.objects.filter(action=action).order_by("pk"):
        texting.text_citizen(event)


def texted():
    return list(SmsMessage.objects.order_by("pk").values_list("kind", "recipient", "text"))


def test_whoever_left_a_phone_is_texted_once_and_reads_no_name(town):
    dossier = make_dossier(town)
    for _again in range(2):
        deliver("dossier.accepted")
    (kind, to, text) = texted()[0]
    assert len(texted()) == 1
    assert (kind, to[:3]) == ("dossier.accepted", "+84")
    assert text == (
        f"Ho so {dossier.code} da duoc tiep nhan. "
        f"Hen tra ket qua ngay {timezone.localtime(dossier.due_at):%d/%m/%Y}."
    )


def test_each_kind_can_be_switched_off_from_a_day_on(town):
    RuleSet.objects.create(
        kind="sms", valid_from=dt.date(2026, 1, 1), values={"sms_accepted": False}, source="test"
    )
    make_dossier(town)
    deliver("dossier.accepted")
    assert texted() == []


def test_only_the_act_that_completes_says_that_the_result_is_there(town):
    at_kind(town, "return")
    for action in ("dossier.forwarded", "dossier.approved"):
        deliver(action)
    texts = [text for _kind, _to, text in texted()]
    assert len(texts) == 1
    assert texts[0].endswith("da co ket qua. Moi den nhan, mang theo can cuoc va Giay tiep nhan.")


def test_of_a_linked_dossier_only_the_whole_is_texted(town):
    linked = make_linked(town)
    whole = receive(town, linked)
    for part in parts_of(whole):  # as if somebody had left a phone with a part
        DossierPerson.objects.get_or_create(
            dossier=part, part=PersonPart.APPLICANT, defaults={"name": "X", "phone": "0900000001"}
        )
    finish_both(linked, Dossier.objects.get(pk=whole.pk))
    for action in texting.ALLOWED:
        deliver(action)
    said = [text.split(":")[0].split(" da ")[0] for _kind, _to, text in texted()]
    assert set(said) == {f"Ho so {whole.code}"}
