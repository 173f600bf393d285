from django.apps import AppConfig
from django.utils.module_loading import import_string


class OneStopConfig(AppConfig):
    name = "onestop"

    def ready(self) -> None:
        import_string("onestop.wiring.connect")()
