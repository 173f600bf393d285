from django.apps import AppConfig
from django.utils.module_loading import import_string


class ExchangeConfig(AppConfig):
    name = "exchange"

    def ready(self) -> None:
        import_string("exchange.wiring.connect")()
