import pytest

from files import checks, reading
from organizations.models import User
from tests.plugins.inspected import asks_the_child, reads_in_a_child


@pytest.fixture(autouse=True)
def _the_children_are_asked(monkeypatch):
    monkeypatch.setattr(checks, "_inspect", asks_the_child)
    monkeypatch.setattr(reading, "_told", reads_in_a_child)


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
