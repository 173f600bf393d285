"""Long papers are made by a worker, once, for who ordered them; short ones at once."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.models import OutboxEvent
from notifications.models import Notification
from onestop.queries import register as register_rows
from papers import orders
from papers.models import PaperOrder
from reports import papers as report_papers
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier
from tests.reports.test_cells import deliver
from tests.reports.test_snapshots import make


def order(town) -> PaperOrder:
    report = make(town)
    data = report_papers.report_paper(report)
    return orders.order(
        actor=town.overseer, template="reports/paper.html", data=data, name="II.06a.pdf"
    )


@pytest.mark.usefixtures("scope")
class TestOrders:
    def test_an_order_is_made_once_and_its_data_are_forgotten(self, town):
        found = order(town)
        assert found.data["lines"]
        event = OutboxEvent.objects.get(action="paper.ordered")
        orders.make(event)
        found.refresh_from_db()
        first = found.made_at
        assert bytes(found.content).startswith(b"%PDF")
        assert found.data == {}
        orders.make(event)
        found.refresh_from_db()
        assert found.made_at == first
        notice = Notification.objects.get(subject_type="papers.paperorder")
        assert (notice.user_id, notice.url) == (town.overseer.pk, f"/ban-in/{found.pk}/")

    def test_an_order_is_forgotten_a_day_later(self, town):
        found = order(town)
        assert orders.forget(found.at + orders.KEPT) == 0
        assert orders.forget(found.at + orders.KEPT + dt.timedelta(seconds=1)) == 1
        assert not PaperOrder.objects.exists()


def test_a_long_register_is_ordered_by_a_button_and_taken_when_it_is_ready(
    client, province, town, monkeypatch
):
    with tenant_scope(province):
        for _ in range(3):
            make_dossier(town)
        unit = town.counter_unit.pk
    today = f"{timezone.localdate():%d/%m/%Y}"
    asked = f"/so-theo-doi/in.pdf?don_vi={unit}&tu_ngay={today}&den_ngay={today}"
    client.sign_in(town.clerk)
    assert client.get(asked).headers["Content-Type"] == "application/pdf"
    monkeypatch.setattr(register_rows, "AT_ONCE", 2)
    page = client.get(asked)
    assert "mau-07-quyen-1.pdf" in page.text
    with tenant_scope(province):
        assert not PaperOrder.objects.exists()  # reading writes nothing
    answer = client.post(asked)
    where = answer.headers["Location"]
    assert "hx-trigger" in client.get(where).text
    assert client.get(f"{where.rstrip('/')}.pdf").status_code == 404  # not yet
    with tenant_scope(province):
        deliver()
    page = client.get(where)
    assert "hx-trigger" not in page.text
    assert f'href="{where.rstrip("/")}.pdf"' in page.text
    paper = client.get(f"{where.rstrip('/')}.pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["Content-Type"] == "application/pdf"
    client.sign_in(town.leader)  # sees the register, too, but did not order it
    assert client.get(where).status_code == 404
    assert client.get(f"{where.rstrip('/')}.pdf").status_code == 404


def test_a_long_report_is_ordered_and_a_short_one_printed_at_once(
    client, province, town, monkeypatch
):
    with tenant_scope(province):
        report = make(town)
    client.sign_in(town.overseer)
    url = f"/dieu-hanh/bao-cao/{report.pk}.pdf"
    assert client.get(url).headers["Content-Type"] == "application/pdf"
    monkeypatch.setattr(report_papers, "AT_ONCE", 1)
    assert client.get(url).headers["Content-Type"].startswith("text/html")
    assert client.post(url).headers["Location"].startswith("/ban-in/")
