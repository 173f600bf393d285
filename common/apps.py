"""The app without tables that every other app stands on."""

from typing import Any

from django.apps import AppConfig
from django.core import checks

from common.icons import icon_folder


class CommonConfig(AppConfig):
    """Template tags, components, and the check that the packaged files are there."""

    name = "common"

    def ready(self) -> None:
        """Register the checks."""
        checks.register(check_packages, checks.Tags.staticfiles)


def check_packages(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Say how to get icons and fonts before a page fails for want of them."""
    if icon_folder().is_dir():
        return []
    return [
        checks.Warning(
            "Fonts, icons and Bootstrap are not installed.",
            hint="Run: npm ci --ignore-scripts",
            id="common.W001",
        )
    ]
