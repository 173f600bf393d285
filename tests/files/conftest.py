import pytest

from files import checks
from organizations.models import User
from tests.plugins.inspected import asks_the_child


@pytest.fixture(autouse=True)
def _the_child_is_asked_each_time(monkeypatch):
    monkeypatch.setattr(checks, "_inspect", asks_the_child)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def person(scope):
    return User.objects.create_user("thu", full_name="Lê Thị Thu")


@pytest.fixture
def stranger(scope):
    return User.objects.create_user("la", full_name="Phạm Văn Lạ")
