"""Dates and moments as papers write them (NĐ 30/2020/NĐ-CP, phụ lục I, mục II.4), in Hanoi time.

Call them with Vietnamese active: `forms_data.plain_data` does.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _


def date_line(place: str, day: dt.date) -> str:
    """Place and date under the motto of the state.

    Days below 10 and the months 1 and 2 are written with a zero in front.
    """
    words = _("day %(day)s month %(month)s year %(year)s") % _parts(day)
    return f"{place}, {words}" if place else words


def day_words(day: dt.date) -> str:
    """ "02/03/2026"."""
    return f"{day:%d/%m/%Y}"


def moment_words(at: dt.datetime) -> str:
    """Hour, minute, day, month and year, as the forms ask ("giờ, phút, ngày")."""
    local = timezone.localtime(at)
    return _("%(hour)s hours %(minute)s minutes, day %(day)s month %(month)s year %(year)s") % {
        "hour": f"{local:%H}",
        "minute": f"{local:%M}",
        **_parts(local),
    }


def short_moment(at: dt.datetime) -> str:
    """The same for the narrow cells of a table: "08:05, 02/03/2026"."""
    return f"{timezone.localtime(at):%H:%M, %d/%m/%Y}"


def _parts(day: dt.date) -> dict[str, str]:
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return {"day": f"{day:%d}", "month": month, "year": str(day.year)}
