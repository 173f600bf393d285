from django.apps import AppConfig
from django.utils.module_loading import import_string

from audit.bus import subscribe


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        subscribe("person.invited", import_string("notifications.consumers.invite"))
        subscribe(
            "person.password_reset_requested",
            import_string("notifications.consumers.reset_password"),
        )
