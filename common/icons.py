"""Lucide icons drawn into the page, read from node_modules: no sprite to build, none in git.

Lucide is ISC (node_modules/lucide-static/LICENSE). Colour and size come from the class ``icon``.
"""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

_NAME = re.compile(r"[a-z0-9-]+")
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class UnknownIcon(LookupError):
    """The name is not a file of lucide-static, or `npm ci` has not run."""


def icon_folder() -> Path:
    """Where the packaged icons are."""
    return Path(settings.BASE_DIR) / "node_modules" / "lucide-static" / "icons"


@lru_cache(maxsize=256)
def shapes(name: str) -> str:
    """The inner markup of one icon, without line breaks."""
    if not _NAME.fullmatch(name):
        raise UnknownIcon(name)
    try:
        source = (icon_folder() / f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise UnknownIcon(name) from missing
    found = _SHAPES.search(source)
    if found is None:
        raise UnknownIcon(name)
    return re.sub(r"\s*\n\s*", "", found[1]).strip().replace(" />", "/>")


@lru_cache(maxsize=512)
def svg(name: str, css_class: str = "") -> SafeString:
    """One decorative icon. Meaning is always in the words beside it."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        f" {css_class}" if css_class else "",
        SafeString(shapes(name)),
    )
