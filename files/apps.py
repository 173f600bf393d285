from django.apps import AppConfig
from django.utils.module_loading import import_string

from audit.bus import subscribe


class FilesConfig(AppConfig):
    name = "files"

    def ready(self) -> None:
        subscribe("file.stored", import_string("files.consumers.scan_stored"))
