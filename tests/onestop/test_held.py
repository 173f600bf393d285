"""The page of an act locks the dossier, and the service goes on with what the page has read."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from unittest import mock

import pytest
from django.db import connection
from django.urls import reverse

from audit.models import AuditEntry
from onestop.models import Dossier
from onestop.models.dossiers import DossierQuerySet
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.onestop.dossiers import assigned, at_kind
from tests.onestop.racing import PATIENCE, Meeting, be_patient

CLICKS = 6
OF_DOSSIERS = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "?onestop_')


@dataclass(frozen=True)
class Page:
    """Where an act is done, by whom, and what it leaves in the log."""

    kind: str
    person: str
    url: Callable
    action: str


PAGES = [
    Page("process", "officer",
         lambda code: reverse("onestop:dossier_act", args=[code, "chuyen-buoc"]),
         "dossier.forwarded"),
    Page("approve", "leader",
         lambda code: reverse("onestop:approval_decide", args=[code]),
         "dossier.approved"),
]  # fmt: skip
on_each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.kind)


def done_by_clicks(stage, page, around=nullcontext):
    """The same step, closed from several windows at once: answers, and entries of the log."""
    province, town = stage
    with tenant_scope(province):
        dossier = Dossier.objects.get(pk=at_kind(town, page.kind).pk)
    person = getattr(town, page.person)
    browsers = [HostClient(province).sign_in(person) for _ in range(CLICKS)]
    for browser in browsers:
        browser.raise_request_exception = False
    url, sent = page.url(dossier.code), {"step": dossier.step_id, "decision": "approve"}
    together = threading.Barrier(CLICKS)

    def click(browser):
        try:
            connection.ensure_connection()
            be_patient()
            together.wait(PATIENCE)
            with around():
                return browser.post(url, sent).status_code
        finally:
            connection.close()

    before = entries_of(province, dossier, page)
    with ThreadPoolExecutor(CLICKS) as windows:
        answers = list(windows.map(click, browsers))
    return sorted(answers), entries_of(province, dossier, page) - before


def entries_of(province, dossier, page):
    with tenant_scope(province):
        about = AuditEntry.objects.filter(subject_id=str(dossier.pk), action=page.action)
        return about.count()


@on_each_page
def test_of_several_windows_at_once_one_closes_the_step(stage, page):
    answers, entries = done_by_clicks(stage, page)
    assert answers == [302] + [409] * (CLICKS - 1)
    assert entries == 1


@pytest.mark.slow
@on_each_page
def test_control_without_the_lock_of_the_page_several_do(stage, page):
    """Each reads the dossier before the first has passed it on."""
    meeting = Meeting(CLICKS)
    with mock.patch.object(DossierQuerySet, "for_change", lambda self: self):
        answers, entries = done_by_clicks(stage, page, lambda: meeting.before_writing(OF_DOSSIERS))
    # several did it, or ran into the table's own last rule: one open step
    assert answers != [302] + [409] * (CLICKS - 1)
    assert entries == answers.count(302) >= 1


def test_what_the_page_held_is_handed_out_once(province, town, scope):
    dossier = Dossier.objects.get(pk=assigned(town).pk)
    held = Dossier.objects.hold(dossier.code)
    assert Dossier.objects.lock(dossier.pk) is held
    again = Dossier.objects.lock(dossier.pk)
    assert (again.pk, again is held) == (held.pk, False)


def test_what_a_refused_act_held_is_forgotten(province, town):
    """After the rollback nothing is locked: the next service reads anew."""
    with tenant_scope(province):
        dossier = Dossier.objects.get(pk=assigned(town).pk)
    with tenant_scope(province) as open_scope:
        held = Dossier.objects.hold(dossier.code)
        open_scope.restart(read_only=False)
        assert Dossier.objects.lock(dossier.pk) is not held
