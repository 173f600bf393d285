"""A citizen's text message: `HS <dossier code> <last 4 digits>`, answered by the look-up's rules.

What is understood, and what is told, is no more than /tra-cuu/ with code and digits: one sentence
and the day. Wrong answers count in the same limits, and for each phone.
"""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.templatetags.ui import day_only
from notifications.sms.text import mobile, plain
from organizations.models import Unit
from papers.rules import is_dossier_code
from portal import limits, lookup
from portal.public import public_dossier

MOST_READ = 200  # characters; a longer message is no question of ours
SHORTEST_TAIL, LONGEST_TAIL = 4, 8  # digits of the counter in a dossier code
_ASKED = re.compile(r"\s*H\s*S\s*[:.,-]?\s*(\S.*?)[\s:.,-]+([0-9A-Z](?:\s?[0-9A-Z]){3})[\s.]*")


def answer(number: str, text: str) -> str:
    """The sentence to send back, in Vietnamese; the caller fits it to a message."""
    with translation.override("vi"):
        asked = understood(text)
        if asked is None:
            return _help()
        return _found(lookup.by_sms(*asked, mobile(number) or number))


def understood(text: str) -> tuple[str, str] | None:
    """Code and digits of a message in capitals or not, with or without marks and blanks.

    A code without its marks is put together from the codes of the units, which are public.
    """
    if len(text) > MOST_READ:
        return None
    match = _ASKED.fullmatch(plain(text).upper())
    if match is None:
        return None
    code, digits = re.sub(r"\s", "", match[1]), re.sub(r"\s", "", match[2])
    if not is_dossier_code(code):
        code = _with_marks(re.sub(r"[^0-9A-Z]", "", code))
    return (code, digits) if code and is_dossier_code(code) else None


def _with_marks(bare: str) -> str:
    """H32052611020007 as H32.05-261102-0007; "" when no unit has such codes. One query."""
    known = {
        re.sub(r"[^0-9A-Z]", "", code): code
        for code in Unit.objects.exclude(code="").values_list("code", flat=True)
    }
    for tail in range(SHORTEST_TAIL, LONGEST_TAIL + 1):
        unit, day, count = bare[: -tail - 6], bare[-tail - 6 : -tail], bare[-tail:]
        if unit in known and _is_day(day) and count.isdigit():
            return f"{known[unit]}-{day}-{count}"
    return ""


def _is_day(text: str) -> bool:
    try:
        dt.datetime.strptime(text, "%y%m%d")  # noqa: DTZ007  a day, no moment
    except ValueError:
        return False
    return True


def _help() -> str:
    return _(
        "Not understood. Write: HS <dossier code> <last 4 of the identity number>. "
        "Example: HS H32.05-261102-0007 1234"
    )


def _found(attempt: limits.Attempt[lookup.Found]) -> str:
    if attempt.opens_at is not None:
        minutes = max(1, -int((timezone.now() - attempt.opens_at).total_seconds() // 60))
        words = _("Too many wrong tries. Try again in %(n)s minutes, or scan the QR on the slip.")
        return words % {"n": minutes}
    page = public_dossier(attempt.found.dossier_id, "summary") if attempt.found else None
    if page is None:
        return _("No dossier found. Compare the code and the 4 digits with the slip.")
    said = f"{page.code}: {page.answer.sentence}"
    due_at = page.due_at or page.promised_at
    if due_at is not None and page.answer.tone == "progress":
        said += " " + _("Appointment: %(day)s.") % {"day": day_only(due_at)}
    elif page.answer.todo and page.answer.tone != "progress":
        said += f" {page.answer.todo}"
    return said
