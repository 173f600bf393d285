from django.apps import AppConfig
from django.utils.module_loading import import_string


class DirectivesConfig(AppConfig):
    name = "directives"

    def ready(self) -> None:
        import_string("directives.wiring.connect")()
