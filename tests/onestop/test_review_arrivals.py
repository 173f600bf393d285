"""What arrived online and was not accepted: no act of an accepted dossier, and a way to its end."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from common.errors import DomainError, TransitionError
from onestop.models import Channel, Dossier, ProcedureVersion
from onestop.services import arrivals, catalogue, clock, corrections, endings, intake, waiting
from onestop.services.corrections import Correction
from onestop.states import Status
from tenancy.scope import tenant_scope
from tests.onestop.catalogue_rows import make_version
from tests.onestop.dossiers import APPLICANT, facts, the_procedure
from tests.onestop.test_life import far_off

ASKED = {"items": ["Ảnh"], "reason": "Thiếu"}


def arrived(town):
    version = the_procedure(town).current_version
    return intake.submit(facts(version, town), actor=None, at=timezone.now())


def asked(town):
    dossier = arrived(town)
    arrivals.ask_arrival(dossier.pk, actor=town.clerk, apply_by=far_off(), **ASKED)
    return dossier


ACTS = {
    "refuse": lambda t, pk: endings.refuse(pk, actor=t.leader, reason="x"),
    "stop": lambda t, pk: endings.stop(pk, actor=t.leader, reason="x"),
    "withdraw": lambda t, pk: endings.request_withdrawal(
        pk, actor=t.clerk, reason="x", asked_by="x"
    ),
    "grant": lambda t, pk: endings.grant_withdrawal(pk, actor=t.leader, reason="x"),
    "papers": lambda t, pk: waiting.receive_supplement(pk, actor=t.clerk),
    "fee": lambda t, pk: waiting.take_fee(pk, actor=t.clerk, amount_vnd=1, number="1"),
    "correct": lambda t, pk: corrections.correct(
        pk, Correction(APPLICANT, None, None, 2, "", "counter"), actor=t.clerk, reason="x"
    ),
}


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("make", [arrived, asked])
def test_acts_of_an_accepted_dossier_are_refused_with_a_sentence(town, make, act):
    dossier = make(town)
    with pytest.raises(TransitionError, match="not accepted yet"):
        act(town, dossier.pk)


@pytest.mark.usefixtures("scope")
def test_papers_that_never_came_close_the_dossier_without_a_figure(town):
    dossier = asked(town)
    with pytest.raises(PermissionDenied):
        arrivals.stop_arrival(dossier.pk, actor=town.officer, reason="Quá hạn bổ sung")
    with pytest.raises(DomainError, match="reason"):
        arrivals.stop_arrival(dossier.pk, actor=town.clerk, reason=" ")
    arrivals.stop_arrival(dossier.pk, actor=town.clerk, reason="Quá hạn bổ sung")
    fresh = Dossier.objects.get(pk=dossier.pk)
    assert (fresh.status, fresh.accepted_at, fresh.finished_at) == (Status.STOPPED, None, None)
    assert fresh.closed_at
    assert not fresh.rounds.filter(answered_at=None).exists()
    with pytest.raises(TransitionError):
        arrivals.accept_arrival(dossier.pk, actor=town.clerk)


@pytest.mark.usefixtures("scope")
def test_a_deadline_that_has_passed_is_not_set(town):
    with pytest.raises(DomainError, match="later day"):
        arrivals.ask_arrival(
            arrived(town).pk, actor=town.clerk, apply_by=timezone.localdate(), **ASKED
        )


def test_the_counter_finds_the_way_out_on_the_page(client, province, town):
    with tenant_scope(province):
        dossier = asked(town)
    client.sign_in(town.clerk)
    url = reverse("onestop:dossier_act", args=[dossier.code, "dong"])
    assert (
        url in client.get(reverse("onestop:dossier_detail", args=[dossier.code])).content.decode()
    )
    answer = client.post(url, {"step": "", "reason": "Quá hạn bổ sung"})
    assert answer.status_code == 302
    with tenant_scope(province):
        assert Dossier.objects.get(pk=dossier.pk).closed_at - timezone.now() < dt.timedelta(0)


def withdrawn_since(town, *, second_today):
    """Submitted; then the procedure got another version (or not), and was withdrawn today."""
    dossier = arrived(town)
    procedure, today = dossier.procedure, timezone.localdate()
    if second_today:
        procedure.versions.update(valid_to=today - dt.timedelta(days=1))
        second = make_version(procedure, 2, units=[town.agency], valid_from=today, limit="3")
        second.channels.update(channel=Channel.ONLINE)
        ProcedureVersion.objects.filter(pk=second.pk).update(published_at=timezone.now())
    catalogue.withdraw(procedure.pk, reason="Bãi bỏ theo Quyết định 5", actor=town.editor)
    return dossier


@pytest.mark.parametrize("second_today", [False, True])
def test_the_counter_accepts_what_was_submitted_before_the_procedure_was_withdrawn(
    client, province, town, second_today
):
    with tenant_scope(province):
        dossier = withdrawn_since(town, second_today=second_today)
        first = dossier.version
    client.sign_in(town.clerk)
    url = reverse("onestop:dossier_act", args=[dossier.code, "tiep-nhan"])
    words = f"phiên bản có hiệu lực khi nộp, ngày {timezone.localdate():%d/%m/%Y}"
    assert words in client.get(url).text
    assert client.post(url, {"step": "", "note": ""}).status_code == 302
    with tenant_scope(province):
        dossier = Dossier.objects.get(pk=dossier.pk)
        assert (dossier.status, dossier.version, dossier.limit_amount) == (
            Status.RECEIVED, first, 10,
        )  # fmt: skip
        assert dossier.process is not None


def test_the_counter_reads_when_another_version_holds_by_now(client, province, town):
    with tenant_scope(province):
        dossier = arrived(town)
        procedure, today = dossier.procedure, timezone.localdate()
    client.sign_in(town.clerk)
    url = reverse("onestop:dossier_act", args=[dossier.code, "tiep-nhan"])
    assert "phiên bản" not in client.get(url).text
    with tenant_scope(province):
        procedure.versions.update(valid_to=today - dt.timedelta(days=1))
        second = make_version(procedure, 2, units=[town.agency], valid_from=today, limit="3")
        second.channels.update(channel=Channel.ONLINE)
        ProcedureVersion.objects.filter(pk=second.pk).update(published_at=timezone.now())
    assert "theo phiên bản có hiệu lực hôm nay" in client.get(url).text


def test_a_version_that_came_between_the_page_and_the_act_is_looked_at_first(
    client, province, town
):
    with tenant_scope(province):
        dossier = arrived(town)
        first, today = dossier.version, timezone.localdate()
        second = make_version(dossier.procedure, 2, units=[town.agency], valid_from=today)
        second.channels.update(channel=Channel.ONLINE)
    client.sign_in(town.clerk)
    url = reverse("onestop:dossier_act", args=[dossier.code, "tiep-nhan"])
    shown = client.get(url).context["form"]["version"].value()
    assert shown == first.pk
    with tenant_scope(province):
        dossier.procedure.versions.filter(pk=first.pk).update(valid_to=today - dt.timedelta(days=1))
        ProcedureVersion.objects.filter(pk=second.pk).update(published_at=timezone.now())
    answer = client.post(url, {"step": "", "note": "", "version": shown})
    assert answer.status_code == 409
    assert "Thủ tục vừa thay đổi" in answer.text
    with tenant_scope(province):
        assert Dossier.objects.get(pk=dossier.pk).accepted_at is None
    shown = client.get(url).context["form"]["version"].value()
    assert client.post(url, {"step": "", "note": "", "version": shown}).status_code == 302


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(("channel", "days"), [(Channel.ONLINE, 3), (Channel.POST, 10)])
def test_the_limit_is_that_of_the_day_of_acceptance(town, channel, days):
    """Submitted under the first version; the second is in force when the counter accepts."""
    dossier = arrived(town)
    procedure, today = dossier.procedure, timezone.localdate()
    procedure.versions.update(valid_to=today - dt.timedelta(days=1))
    second = make_version(procedure, 2, units=[town.agency], valid_from=today, limit="3")
    second.channels.update(channel=channel)
    ProcedureVersion.objects.filter(pk=second.pk).update(published_at=timezone.now())
    arrivals.accept_arrival(dossier.pk, actor=town.clerk)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.limit_amount == days
    assert (dossier.version == second) == (days == 3)
    calendar = clock.calendar_for(dossier.competent_unit_id)
    assert dossier.due_at == clock.due(calendar, dossier.accepted_at, clock.limit_of(dossier)).at
