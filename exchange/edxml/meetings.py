"""Giấy mời: when and where one meets, and who chairs. The standard has no element of its own for
it; it stands in Content, in words that people read too and that we read back."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from common.text import nfc
from common.working_time import LOCAL, YEARS

PLACE_MOST, CHAIR_MOST = 300, 200  # of the columns
NOTE = "; ghi chú: "
_TIME = r"(?P<hour>[01]?\d|2[0-3])\s*(?:giờ|h|g|:)\s*(?P<minute>[0-5]\d)?(?:\s*phút)?"
_DAY = (
    r"(?:(?P<d>\d{1,2})\s*[/.-]\s*(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>\d{4})"
    r"|(?P<d2>\d{1,2})\s+tháng\s+(?P<m2>\d{1,2})\s+năm\s+(?P<y2>\d{4}))"
)
_MOMENT = re.compile(rf"{_TIME}(?:[^\d]{{0,30}}{_DAY})?", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:^|[\s.;,–-])"
    r"(?P<label>thời gian|địa điểm|ghi chú|(?:chủ trì|người chủ trì)(?: cuộc họp)?)\s*:\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Meeting:
    """What an invitation invites to."""

    starts: dt.datetime
    place: str
    ends: dt.datetime | None = None
    chair: str = ""


def meeting_text(meeting: Meeting) -> str:
    """ "Thời gian: 08:00 ngày 05/12/2026; địa điểm: …; chủ trì: …"."""
    when = _words(meeting.starts)
    if meeting.ends is not None:
        when = f"{when} đến {_words(meeting.ends)}"
    told = [f"Thời gian: {when}", f"địa điểm: {meeting.place}"]
    return "; ".join([*told, f"chủ trì: {meeting.chair}"] if meeting.chair else told)


def meeting_in(content: str) -> Meeting | None:
    """As others write it too: labels in any order, "08 giờ 30, ngày 05 tháng 12 năm 2026". None
    where a moment with its day, or the place, cannot be read: then it is a text like any other."""
    parts = _parts(nfc(content))
    moments = _moments(parts.get("thời gian", ""))
    place = parts.get("địa điểm", "")[:PLACE_MOST]
    if not (moments and place):
        return None
    ends = moments[1] if len(moments) > 1 and moments[1] > moments[0] else None
    chair = next((text for label, text in parts.items() if "chủ trì" in label), "")
    return Meeting(moments[0], place, ends, chair[:CHAIR_MOST])


def _parts(content: str) -> dict[str, str]:
    """Label → what follows it, up to the next; the first of a label counts."""
    found: dict[str, str] = {}
    labels = list(_LABEL.finditer(content))
    ends = [*(each.start() for each in labels[1:]), len(content)]
    for label, end in zip(labels, ends, strict=False):
        text = content[label.end() : end]
        found.setdefault(label["label"].lower(), text.strip(" .;,–-"))
    return found


def _moments(text: str) -> list[dt.datetime]:
    """Each time of day with its day; one that names none is on the day of the last that does,
    else of the first: "từ 8 giờ đến 11 giờ, ngày 05/12/2026"."""
    told = []
    for match in _MOMENT.finditer(text):
        try:
            told.append((dt.time(int(match["hour"]), int(match["minute"] or 0)), _day(match)))
        except ValueError:  # no day of the calendar, or of no year of ours
            return []
    day = next((day for _time, day in told if day), None)
    found = []
    for time, own in told:
        day = own or day
        if day is not None:
            found.append(dt.datetime.combine(day, time, LOCAL))
    return found


def _day(match: re.Match[str]) -> dt.date | None:
    day, month, year = (match[key] or match[f"{key}2"] for key in "dmy")
    if not year:
        return None
    if int(year) not in YEARS:
        raise ValueError(year)
    return dt.date(int(year), int(month), int(day))


def _words(at: dt.datetime) -> str:
    return f"{at.astimezone(LOCAL):%H:%M ngày %d/%m/%Y}"
