"""The portal's settings with what only tests need."""

import os
from zlib import crc32

from govit.settings import *  # noqa: F403

GOVIT_DEMO = False
MFA_REQUIRED = False
SITE_HTTPS = False
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
SECRET_KEY = "for tests only, long enough to please the checks of the framework"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
RING_THE_BELL = False
DASHBOARD_SECONDS = 0  # tests act and look again
NATIONAL_SYNC: dict[str, dict[str, str]] = {}
EDXML_BUS: dict[str, dict[str, str]] = {}
TIME_STAMPS: dict[str, dict[str, str]] = {}  # var/env of a demo beside the tests names some
REMOTE_SIGNING: dict[str, dict[str, str]] = {}
# Each worker of a parallel run has a cache of its own: one may empty it. So has a run that names
# its database, as it shares the servers with other runs; Valkey has 16
_worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
_named = os.environ.get("GOVIT_TEST_DB", "")
if _worker or _named:
    _number = 1 + int(_worker) if _worker else 6 + crc32(_named.encode()) % 10
    _plain = REDIS_URL.partition("?")[0]  # noqa: F405
    CACHES["default"]["LOCATION"] = f"{_plain}?db={_number}"  # noqa: F405
FILES_REQUIRE_SCAN = False
for _template in TEMPLATES:  # noqa: F405
    _template["OPTIONS"]["string_if_invalid"] = ""
STATIC_ROOT = None  # nothing is collected for tests
