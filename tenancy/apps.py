from django.apps import AppConfig
from django.db.backends.signals import connection_created

from tenancy import guard


class TenancyConfig(AppConfig):
    name = "tenancy"

    def ready(self) -> None:
        connection_created.connect(guard.install, dispatch_uid="tenancy.guard")
