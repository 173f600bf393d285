"""The page of an act locks the dossier, and the service goes on with what the page has read."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

from django.db import connection
from django.urls import reverse

from audit.models import AuditEntry
from onestop.models import Dossier
from onestop.models.dossiers import DossierQuerySet
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.onestop.dossiers import assigned

CLICKS = 6


def passed_on_by_clicks(stage):
    """The same step, passed on from several windows at once: answers, and entries of the log."""
    province, town = stage
    with tenant_scope(province):
        dossier = Dossier.objects.get(pk=assigned(town).pk)
    browsers = [HostClient(province).sign_in(town.officer) for _ in range(CLICKS)]
    for browser in browsers:
        browser.raise_request_exception = False
    url = reverse("onestop:dossier_act", args=[dossier.code, "chuyen-buoc"])
    together = threading.Barrier(CLICKS)

    def click(browser):
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            return browser.post(url, {"step": dossier.step_id, "note": ""}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as windows:
        answers = list(windows.map(click, browsers))
    with tenant_scope(province):
        entries = AuditEntry.objects.filter(
            subject_id=str(dossier.pk), action="dossier.forwarded"
        ).count()
    return sorted(answers), entries


def test_of_several_windows_at_once_one_passes_the_dossier_on(stage):
    answers, entries = passed_on_by_clicks(stage)
    assert answers == [302] + [409] * (CLICKS - 1)
    assert entries == 1


def test_control_without_the_lock_of_the_page_several_do(stage):
    """Each reads the dossier before the first has passed it on."""
    hold = DossierQuerySet.hold

    def slowly(self, code):
        found = hold(self, code)
        time.sleep(0.2)
        return found

    with (
        mock.patch.object(DossierQuerySet, "for_change", lambda self: self),
        mock.patch.object(DossierQuerySet, "hold", slowly),
    ):
        answers, entries = passed_on_by_clicks(stage)
    assert answers != [302] + [409] * (CLICKS - 1)
    assert entries == answers.count(302)


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
