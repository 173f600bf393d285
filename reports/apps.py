from django.apps import AppConfig
from django.utils.module_loading import import_string


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        import_string("reports.wiring.connect")()
