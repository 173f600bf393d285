from django.apps import AppConfig
from django.utils.module_loading import import_string

from audit.bus import subscribe


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        subscribe("lookup.closed", import_string("portal.consumers.tell_administrators"))
