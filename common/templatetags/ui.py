"""The parts that pages are made of. A builtin library: no ``{% load %}`` needed.

Words are given by the caller, already translated; a part never decides what something means.
Rows may be dicts or objects. Every part has an icon *and* words: colour alone says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from decimal import Context as Arithmetic
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page as NumberedPage
from django.forms import BaseForm
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format, get_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.icons import svg
from common.keyset import AFTER, BEFORE, Page

register = template.Library()

# state of a deadline -> icon; the names are those of common.working_time.DueState
DEADLINE_ICONS = {
    "ok": "clock",
    "soon": "hourglass",
    "today": "bell",
    "overdue": "triangle-alert",
    "paused": "pause",
    "done": "circle-check",
    "late": "circle-x",
}
# national status -> tone of its pill
STATUS_TONES = {
    1: "new",
    2: "progress",
    3: "refused",
    4: "progress",
    5: "waiting",
    6: "waiting",
    7: "waiting",
    8: "refused",
    9: "done",
    10: "done",
}
HALF_UP = Arithmetic(prec=60, rounding=ROUND_HALF_UP)
MOST_IN_A_ROW = 10  # steps; more of them stand in several rows
TONES = ("neutral", "new", "progress", "sign", "waiting", "done", "refused")


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """``{% icon "clock" %}``: a decorative Lucide icon. Words beside it carry the meaning."""
    return svg(name, css_class)


@register.simple_tag
def pill(words: str, tone: str = "neutral") -> SafeString:
    """``{% pill _("Checked") "done" %}``: a short state. Tones: see TONES."""
    return _pill(str(words), tone)


@lru_cache(maxsize=512, typed=True)  # typed: words that are safe are not those that are not
def _pill(words: str, tone: str) -> SafeString:
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"pill has no tone {tone!r}")
    return format_html('<span class="pill pill-{}">{}</span>', tone, words)


@register.simple_tag
def status_pill(status: int, words: str, stage: str = "") -> SafeString:
    """``{% status_pill dossier.status dossier.get_status_display %}``: a national status, 1 to 10.

    ``stage``: another tone than the status has, such as the violet "sign" of a dossier that waits
    for a signature or "refused" of a granted withdrawal.
    """
    return pill(words, stage or STATUS_TONES[int(status)])


@register.simple_tag
def deadline_badge(state: str, words: str, day: date | datetime | None = None) -> SafeString:
    """``{% deadline_badge d.due_state d.due_words d.due_at %}``: how much time is left.

    States: ok, soon, today, overdue, paused, done, late. Only overdue is solid.
    """
    return _badge(str(state), str(words), _("Due:"), day_only(day))


@lru_cache(maxsize=4096, typed=True)  # the rows of a list share few deadlines
def _badge(state: str, words: str, label: str, day: str) -> SafeString:
    badge = format_html(
        '<span class="deadline deadline-{}">{}<span class="visually-hidden">{} </span>{}</span>',
        state,
        svg(DEADLINE_ICONS[state]),
        label,
        words,
    )
    return format_html('{} <span class="deadline-date">{}</span>', badge, day) if day else badge


@register.simple_block_tag
def panel(content: str, title: str = "", id: str = "", icon: str = "") -> SafeString:
    """``{% panel _("Documents") id="papers" %}…{% endpanel %}``: a white box with a heading."""
    heading = (
        format_html("<h2>{}{}</h2>", svg(icon) if icon else "", title) if title else SafeString("")
    )
    anchor = format_html(' id="{}"', id) if id else SafeString("")
    return format_html('<section class="panel"{}>{}{}</section>', anchor, heading, content)


@register.inclusion_tag("components/file_list.html")
def file_list(files: Iterable[Any], empty: str = "") -> dict[str, Any]:
    """``{% file_list files %}``: rows with ``name``, ``url``, ``size`` (bytes) and maybe ``kind``
    ("PDF"), ``state`` and ``tone`` (a pill), ``note``.
    """
    return {"files": files, "empty": empty}


@register.inclusion_tag("components/empty.html")
def empty_state(words: str, url: str = "", action: str = "", icon: str = "inbox") -> dict[str, Any]:
    """``{% empty_state _("Nothing overdue.") url=… action=_("All") %}``: why, one way on."""
    return {"words": words, "url": url, "action": action, "icon_name": icon}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """``{% error_summary form %}`` above the form: every fault with a link to its field.

    portal.js moves the focus here. Takes several forms; shows nothing while all is well.
    """
    faults = [
        {"words": words, "anchor": _anchor(form, name)}
        for form in forms
        if form.is_bound
        for name, errors in form.errors.items()
        for words in errors
    ]
    return {"faults": faults}


def _anchor(form: BaseForm, name: str) -> str:
    """The id of the box to go to; the first one of several. None for faults of the whole form."""
    if name not in form.fields:
        return ""
    field = form[name]
    parts = field.subwidgets
    return field.id_for_label or (parts and parts[0].id_for_label) or field.auto_id or ""


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """``{% timeline events %}``, newest first: rows with ``who``, ``role``, ``at``, ``words`` and
    maybe ``detail`` (text with line breaks), ``tone`` ("returned", "waiting", "done"), ``files``.
    """
    return {"events": events}


@register.inclusion_tag("components/step_bar.html")
def step_bar(steps: Iterable[Any]) -> dict[str, Any]:
    """``{% step_bar steps %}``: rows with ``name``, ``state`` ("done", "now", "later", "skipped",
    "ended") and maybe ``note`` ("Phạm Ngọc Linh, đến 10:00 24/04"). Lies down on a phone.
    """
    rows = list(steps)
    return {"steps": rows, "many": len(rows) > MOST_IN_A_ROW}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """``{% tabs views _("Saved views") %}``: rows with ``words``, ``url``, ``current`` and maybe
    ``count`` (int or "999+") and ``tone`` ("overdue" = red count).
    """
    return {"items": items, "label": label}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, Any]:
    """``{% url 'onestop:dossier_list' as u %}{% breadcrumbs _("Dossiers") u dossier.code %}``:
    pairs of words and address, then the words of this page.
    """
    pairs = list(zip(parts[0:-1:2], parts[1::2], strict=True))
    return {"pairs": pairs, "here": parts[-1]}


@register.inclusion_tag("components/pagination.html")
def pagination(page: Page | NumberedPage[Any]) -> dict[str, Any]:
    """``{% pagination page %}`` for what paginate_keyset returned; plain links."""
    return {"page": page}


@register.simple_tag(takes_context=True)
def url_with(context: Context, **changes: Any) -> str:
    """``<a href="{% url_with xem="qua-han" q=None %}">``: this address, some parameters changed.

    None or "" takes one away. The position in the list is forgotten: other filter, first page.
    """
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name in (AFTER, BEFORE):
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if isinstance(value, list | tuple):
            query.setlist(name, [str(item) for item in value])
        elif value is not None and value != "":
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else request.path


BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Macintosh", "macOS"), ("Linux", "Linux"))  # fmt: skip


@register.filter
def browser_words(user_agent: str) -> str:
    """``{{ session.user_agent|browser_words }}``: "Chrome, Windows"; what is unknown as it came."""
    found = [
        next((name for sign, name in known if sign in user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or user_agent[:90]


@register.filter
def keep_end(words: str) -> str:
    """``{{ agency|keep_end }}``: the last two syllables stay on one line, such as KHÁNH HÒA."""
    start, space, end = str(words).rpartition(" ")
    return f"{start}\u00a0{end}" if space else end


@register.filter
def thousands(value: int | None) -> str:
    """1234567 as 1.234.567 (the language's mark); nothing for None."""
    return "" if value is None else number_format(value, 0, force_grouping=True)


@register.filter
def decimal(value: Decimal | float | None, places: int = 2) -> str:
    """4.5 as 4,50 on a Vietnamese page, 6.666 as 6,67 (half up); nothing for None."""
    if value is None:
        return ""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    rounded = exact.quantize(Decimal(1).scaleb(-places), context=HALF_UP)
    return number_format(rounded if rounded else abs(rounded), places)


@register.filter
def exact(value: Decimal | None) -> str:
    """84.50 as 84,5 and 100 as 100: the decimals that it has; nothing for None."""
    if value is None:
        return ""
    text = f"{value.normalize():f}"
    return number_format(value.normalize(), len(text.partition(".")[2]))


@register.filter
def vnd(amount: int | None) -> str:
    """20000 as "20.000 đồng"; nothing for None."""
    if amount is None:
        return ""
    return _("%(amount)s dong") % {"amount": thousands(amount)}


# Django reads the letters of a format anew for each date; a list shows fifty of them
WRITTEN = {
    "d/m/Y": "{0.day:02}/{0.month:02}/{0.year:04}",
    "H:i d/m/Y": "{0.hour:02}:{0.minute:02} {0.day:02}/{0.month:02}/{0.year:04}",
}


def _written(value: date, name: str) -> str:
    """A date in the named format of the page's language."""
    known = WRITTEN.get(get_format(name))
    return known.format(value) if known else date_format(value, name)


@register.filter
def day_only(value: date | datetime | None) -> str:
    """03/11/2026 of a day or of a moment in the time zone of the page; nothing for None."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return "" if value is None else _written(value, "SHORT_DATE_FORMAT")


@register.filter
def moment(value: datetime | None) -> str:
    """08:15 10/11/2026; nothing for None."""
    if value is None:
        return ""
    return _written(timezone.localtime(value), "SHORT_DATETIME_FORMAT")


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """``{{ counts|get:unit.pk }}``: a value by a key that is a variable; None when absent."""
    return mapping.get(key)
