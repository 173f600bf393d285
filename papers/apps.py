from django.apps import AppConfig
from django.utils.module_loading import import_string


class PapersConfig(AppConfig):
    name = "papers"

    def ready(self) -> None:
        import_string("papers.wiring.connect")()
