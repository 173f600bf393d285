from __future__ import annotations

from collections.abc import Iterator

import pytest

from audit.models import OutboxEvent
from audit.services import record
from notifications.sms import gateways
from tests.audit.conftest import hear, post
from tests.notifications.gateway import LyingGateway
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
    settings.EMAIL_TIMEOUT = 30  # a busy machine's
    yield server
    server.close()


@pytest.fixture
def liar(monkeypatch, settings) -> Iterator[LyingGateway]:
    """A gateway that the provinces have; without TLS, so it is the demo's."""
    gateway = LyingGateway()
    settings.GOVIT_DEMO = True
    monkeypatch.setenv("SMS_GATEWAY_URL", gateway.url)
    monkeypatch.setenv("SMS_GATEWAY_TOKEN", "a-token")
    monkeypatch.setattr(gateways, "TIMEOUT_SECONDS", 30)  # a busy machine's
    yield gateway
    gateway.close()


@pytest.fixture
def hasty(liar, monkeypatch) -> None:
    """A gateway is left before the late one answers."""
    monkeypatch.setattr(gateways, "TIMEOUT_SECONDS", 0.3)
