"""What the tests of signing in stand on."""

import time

import pytest

from tests.organizations.signing import Browser


@pytest.fixture
def own_cache(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": f"sign-in-{time.monotonic_ns()}",
            "KEY_FUNCTION": "tenancy.cache.province_key",
        }
    }


@pytest.fixture
def browser(province):
    return Browser(province)
