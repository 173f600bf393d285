from django.apps import AppConfig
from django.utils.module_loading import import_string


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        import_string("documents.wiring.connect")()
