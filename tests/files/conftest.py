import pytest

from organizations.models import User


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
