"""The outgoing documents of the demo: at their days, in every stage, really signed."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from django.utils import timezone

from documents.issuing import Stage
from documents.models import Dispatch, Incoming, Outgoing
from documents.states import Status
from files.services import content_of
from papers import certificates
from papers.signatures.verifying import verify_pdf
from portal.demo import documents, loader, outgoing, signing
from tenancy.scope import tenant_scope

pytestmark = pytest.mark.slow


@pytest.fixture
def story(province, settings, monkeypatch, tmp_path: Path):
    """The province with nothing in it but its ground and its documents."""
    settings.GOVIT_DEMO = True
    monkeypatch.setattr(signing, "KEYS", tmp_path)
    with tenant_scope(province):
        loader._ground(province)
    documents.make_registries(province)
    signing.make(province)
    outgoing.make(province)
    documents.make(province)
    with tenant_scope(province):
        yield Outgoing.objects.select_related("registry").order_by("pk")


def test_documents_are_in_every_stage_numbered_in_the_order_of_days_and_really_signed(story):
    assert set(story.values_list("stage", flat=True)) == set(Stage) - {Stage.DROPPED}
    told = Dispatch.objects.exclude(incoming=None).values_list("incoming__status", flat=True)
    assert set(told) == set(Status)
    assert Incoming.objects.filter(recall_refused_at__isnull=False).exists()
    came = Incoming.objects.exclude(number=None).order_by("registry", "year", "number")
    for _key, rows in itertools.groupby(came, lambda each: (each.registry_id, each.year)):
        in_order([(each.number, each.registered_at) for each in rows])
    went = story.exclude(number=None).order_by("series", "year", "number")
    for _key, rows in itertools.groupby(went, lambda each: (each.series, each.year)):
        in_order([(each.number, each.issued_on) for each in rows])
    issued = story.filter(stage__in=[Stage.ISSUED, Stage.SEALED])
    assert issued.count() > 5
    for one in issued:
        accepted_by_any_receiver(one)


def in_order(numbered):
    """1, 2, 3 and so on; none before an earlier number."""
    numbers, days = zip(*numbered, strict=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))
    assert list(days) == sorted(days)


def accepted_by_any_receiver(outgoing_: Outgoing):
    newest = outgoing_.editions.select_related("stored").order_by("-order").first()
    verdict = verify_pdf(content_of(newest.stored), certificates.trust())
    assert verdict.accepted, [str(reason.words) for reason in verdict.reasons]
    assert [timezone.localdate(each.at) for each in verdict.signatures][-1] == outgoing_.issued_on
