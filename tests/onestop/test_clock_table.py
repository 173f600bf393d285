"""A dossier with everything that moves a date, against dates computed by hand with a calendar.

Sessions 07:30–11:30 and 13:30–17:00 (450 minutes), weekends off, Wednesday 11/03/2026 a holiday.
The same acts each time: papers asked for and brought, a payment, papers again, a new date with an
apology, a payment again. By hand, for 10 working days from Monday 02/03 at 09:00:

pause: the tenth day is 17/03 (without the 11th) at 09:00. The waits last, in session minutes,
900 (two days), 180 (120 on the 10th, none on the 11th, 60 on the 12th), 540 (420 + 120).
17/03 09:00 + 900 = 19/03 09:00; + 180 = 19/03 14:00; + 540 = 20/03 15:30.
restart: from 06/03 10:00 the tenth day is 23/03; + 180 = 15:00; from 16/03 09:30 it is 30/03.
The new date keeps the clock time; the last wait of 450 minutes moves it by a working day.
20 days by the calendar: 22/03 09:00, a Sunday, so Monday. Waits in hours: 48, 41.5, 73.5:
24/03 09:00; 26/03 02:30, so 07:30; 29/03 04:00, a Sunday reached through the days off, so the
end of Monday; the last wait of 24 hours moves the new date by a day.
"""

import datetime as dt

import pytest
from django.utils import timezone

from onestop.models import Dossier, DueChange
from onestop.services import assignment, extensions, waiting
from organizations.models import CalendarEntry
from organizations.rulesets import change_rules
from papers.models import PrintedForm
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.dossiers import make_dossier

pytestmark = pytest.mark.usefixtures("scope")

TABLE = {
    "pause": (
        "17/03 09:00", "19/03 09:00", "19/03 14:00", "20/03 15:30", "26/03 15:30", "27/03 15:30",
    ),
    "restart": (
        "17/03 09:00", "23/03 10:00", "23/03 15:00", "30/03 09:30", "02/04 09:30", "03/04 09:30",
    ),
    "days": (
        "23/03 09:00", "24/03 09:00", "26/03 07:30", "30/03 17:00", "02/04 17:00", "03/04 17:00",
    ),
}  # fmt: skip


@pytest.fixture
def it_is(monkeypatch):
    """Set the clock of the portal to a moment of 2026."""

    def set_to(words):
        at = timezone.make_aware(dt.datetime.strptime(f"2026/{words}", "%Y/%d/%m %H:%M"))
        monkeypatch.setattr(timezone, "now", lambda: at)

    return set_to


def more_papers(dossier, who, **consent):
    until = timezone.localdate() + dt.timedelta(days=10)
    waiting.ask_supplement(
        dossier.pk, actor=who, items=["Bản vẽ"], reason="Thiếu dấu", apply_by=until, **consent
    )


def acts(town, dossier, new_on):
    """(when, who does what): after each pair the date is read."""
    pk, officer, clerk = dossier.pk, town.officer, town.clerk
    again = {"consent_reason": "Quy định mới"}
    wanted = {"new_on": new_on, "reason": "Hoãn kiểm tra"}
    return [
        ("04/03 10:00", lambda: more_papers(dossier, officer)),
        ("06/03 10:00", lambda: waiting.receive_supplement(pk, actor=clerk)),
        ("10/03 15:00", lambda: waiting.require_payment(
            pk, actor=officer, amount_vnd=70_000, note="Thuế")),
        ("12/03 08:30", lambda: waiting.confirm_payment(
            pk, actor=clerk, amount_vnd=70_000, number="BL 1")),
        ("13/03 08:00", lambda: more_papers(dossier, town.head, **again)),
        ("16/03 09:30", lambda: waiting.receive_supplement(pk, actor=clerk)),
        ("18/03 09:00", lambda: extensions.ask_extension(pk, actor=officer, **wanted)),
        ("18/03 10:00", lambda: extensions.sign_extension(pk, actor=town.leader)),
        ("23/03 09:00", lambda: waiting.require_payment(
            pk, actor=officer, amount_vnd=9_000, note="Lệ phí")),
        ("24/03 09:00", lambda: waiting.confirm_payment(
            pk, actor=clerk, amount_vnd=9_000, number="BL 2")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "limit", "unit", "new_on"),
    [
        ("pause", "10", "working_days", dt.date(2026, 3, 26)),
        ("restart", "10", "working_days", dt.date(2026, 4, 2)),
        ("days", "20", "days", dt.date(2026, 4, 2)),
    ],
)
def test_every_date_is_the_one_computed_by_hand(town, it_is, mode, limit, unit, new_on):
    it_is("02/03 09:00")
    CalendarEntry.objects.create(
        date=dt.date(2026, 3, 11), kind="holiday", name="Nghỉ", confirmed=True
    )
    rule = {"supplement_mode": "restart" if mode == "restart" else "pause"}
    change_rules(
        "clock", actor=town.editor, valid_from=dt.date(2026, 1, 1), values=rule, source="thử"
    )
    version = make_procedure(
        "1.000020", limit=limit, unit=unit, units=[town.agency]
    ).current_version
    dossier = make_dossier(town, version=version)
    assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk)
    promised, found = dossier.promised_at, [dossier.due_at]
    for number, (when, act) in enumerate(acts(town, dossier, new_on)):
        it_is(when)
        act()
        fresh = Dossier.objects.get(pk=dossier.pk)
        if number % 2:
            found.append(fresh.due_at)
        else:
            assert fresh.due_at == found[-1], "nothing moves before the wait ends"
    assert tuple(f"{timezone.localtime(at):%d/%m %H:%M}" for at in found) == TABLE[mode]
    assert fresh.promised_at == promised
    history = DueChange.objects.filter(dossier=dossier).order_by("pk")
    assert [change.due_at for change in history] == found
    ends = [step.planned_end for step in fresh.steps.order_by("order") if step.planned_end]
    assert ends == sorted(ends)
    assert ends[-1] == fresh.due_at
    assert PrintedForm.objects.of(dossier).filter(form__in=["01", "02", "04"]).count() == 4
