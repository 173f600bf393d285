from __future__ import annotations

from collections.abc import Iterator

import pytest

from audit.models import OutboxEvent
from audit.services import record
from tests.audit.conftest import hear, post
from tests.notifications.smtp import MailServer

__all__ = ["hear", "post"]


@pytest.fixture
def event(scope, province) -> OutboxEvent:
    entry = record(province, "test.told", actor=None)
    return OutboxEvent.objects.get(entry_id=entry.pk)


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 1
    yield server
    server.close()
