from django.apps import AppConfig
from django.utils.module_loading import import_string


class RankingConfig(AppConfig):
    name = "ranking"

    def ready(self) -> None:
        import_string("ranking.wiring.connect")()
