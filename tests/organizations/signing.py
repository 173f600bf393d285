"""Signing in as a person does it."""

from django.contrib.auth import SESSION_KEY

from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.people import PASSWORD

LOGIN = "/dang-nhap/"
HOME = "/tai-khoan/"


def log_in(client, name, password=PASSWORD, address="127.0.0.1", **extra):
    return client.post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address, **extra)


def is_in(client):
    return SESSION_KEY in client.session_data()


class Browser(HostClient):
    def session_data(self):
        with tenant_scope(self.province):
            return dict(self.session.items())

    @property
    def is_in(self):
        return self.get(HOME).status_code == 200
