"""Limits, fees and appointed days as people read them."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.ui import vnd
from onestop.rules.processes import plain_number
from onestop.states import Status


def appointed_again(status: int) -> str:
    """In place of the moment while the clock stands still: nobody knows it before the answer."""
    if status == Status.PAYMENT:
        return _("set again once the fee has been paid; the look-up then shows it")
    return _("set again once all missing papers have been handed in; the look-up then shows it")


class Priced(Protocol):
    """What a fee is read from: a channel's row or its data."""

    fee_vnd: int | None
    fee_per: str
    fee_second_from: int | None
    fee_second_vnd: int | None
    fee_ceiling_vnd: int | None
    fee_note: str


def limit_words(amount: Decimal, unit: str) -> str:
    """ "10 ngày làm việc", "trong ngày"."""
    count = math.ceil(amount)
    words = {
        "working_days": ngettext("%(n)s working day", "%(n)s working days", count),
        "days": ngettext("%(n)s day", "%(n)s days", count),
        "months": ngettext("%(n)s month", "%(n)s months", count),
        "hours": ngettext("%(n)s working hour", "%(n)s working hours", count),
        "minutes": ngettext("%(n)s minute", "%(n)s minutes", count),
    }.get(unit)
    return words % {"n": plain_number(amount)} if words else _("within the day")


def fee_words(channel: Priced) -> str:
    """ "2.000 đồng một trang; từ trang thứ 3: 1.000 đồng; tối đa 200.000 đồng"."""
    if channel.fee_vnd is None:
        return channel.fee_note or _("not declared")
    parts = [vnd(channel.fee_vnd) if channel.fee_vnd else _("free of charge")]
    if channel.fee_per:
        parts[0] = _("%(fee)s per %(what)s") % {"fee": parts[0], "what": channel.fee_per}
    if channel.fee_second_from and channel.fee_second_vnd is not None:
        words = _("from number %(n)s on: %(fee)s")
        parts.append(words % {"n": channel.fee_second_from, "fee": vnd(channel.fee_second_vnd)})
    if channel.fee_ceiling_vnd is not None:
        parts.append(_("at most %(fee)s") % {"fee": vnd(channel.fee_ceiling_vnd)})
    return "; ".join([*parts, *([channel.fee_note] if channel.fee_note else [])])
