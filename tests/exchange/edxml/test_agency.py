"""The agency outside of the demo: what a clerk sees of send, resend, change and recall."""

from __future__ import annotations

from documents.drafting import To
from documents.issuing import Stage
from documents.models import Dispatch
from documents.receivers_told import receiver_words
from documents.services import issuing
from documents.states import Status, WishAnswer
from exchange.bus_stub.agency import LIFE, Agency
from exchange.bus_stub.server import BusStub
from exchange.edxml.client import Bus, BusAccount
from exchange.models import BusMessage
from exchange.services import bus_resending
from exchange.states import Passage
from tenancy.scope import tenant_scope
from tests.documents.drafts import brought_to
from tests.exchange.edxml.posts import heard, run
from tests.exchange.edxml.test_bus import PATIENT, side

__all__ = ["side"]


def test_one_answers_step_by_step_and_one_only_when_it_is_sent_once_more(side):
    province, town = side
    stub = BusStub({"H32": "bi-mat", "G05": "", "G12": ""}).start()
    bus = Bus(BusAccount(stub.address, "H32", "bi-mat"), PATIENT)
    answers, forgets = Agency("G05"), Agency("G12", forgetful=True)

    def told(code):
        with tenant_scope(province):
            found = Dispatch.objects.select_related("incoming", "outgoing")
            return receiver_words(found.get(organ_code=code))[0].status

    def passes(steps=1):
        for _step in range(steps):
            heard(province)
            run(province, bus)
            for each in (answers, forgets):
                each.act(stub.kept)
            run(province, bus)

    try:
        with tenant_scope(province):
            outgoing = brought_to(Stage.ISSUED, town, receivers=[
                To(organ_code="G05", organ_name="Bộ A"),
                To(organ_code="G12.01", organ_name="Cục B"),
            ])  # fmt: skip
        passes()
        assert told("G05") == Status.ARRIVED.label
        assert told("G12.01") == "Sent, not confirmed yet"
        passes(len(LIFE))
        assert told("G05") == Status.DONE.label
        with tenant_scope(province):
            row = BusMessage.objects.get()
            assert row.state == Passage.SENT
            bus_resending.resend(row.pk, actor=town.records_clerk)
        passes()
        assert told("G12.01") == Status.ARRIVED.label
        with tenant_scope(province):
            assert BusMessage.objects.get().state == Passage.DONE
            issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Nhầm")
        passes()
        with tenant_scope(province):
            said = dict(Dispatch.objects.values_list("organ_code", "answer"))
        assert said == {"G05": WishAnswer.NOT_AGREED, "G12.01": WishAnswer.AGREED}
    finally:
        stub.close()
