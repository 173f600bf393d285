"""All settings, from the environment. `var/env` (written by bin/demo) fills what is not set."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from govit import environment

environment.load()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0") == "1"


GOVIT_DEMO = _flag("GOVIT_DEMO")
SITE_HTTPS = _flag("SITE_HTTPS", default=not GOVIT_DEMO)
BASE_PORT = os.environ.get("GOVIT_BASE_PORT", "")
DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if os.environ.get("DATABASE_URL"):
        raise ImproperlyConfigured("SECRET_KEY is not set.")
    SECRET_KEY = "only for commands that touch neither database nor sessions"  # noqa: S105

ALLOWED_HOSTS = ["*"]  # tenancy.ProvinceMiddleware answers 404 to hosts of no province

# --- Database: one alias for all work, one for the relay (docs/architecture.md) ---------------


def _database(variable: str) -> dict[str, object]:
    url = os.environ.get(variable, "postgresql://portal_app@/portal?host=/nonexistent")
    found = dict(dj_database_url.parse(url, conn_max_age=None))
    found["ENGINE"] = "tenancy.postgresql"
    options = found.setdefault("OPTIONS", {})
    assert isinstance(options, dict)
    found["HOST"] = options.pop("host", None) or found.get("HOST", "")
    options["options"] = (
        "-c lock_timeout=2000 -c idle_in_transaction_session_timeout=60000 "
        f"-c statement_timeout={os.environ.get('DATABASE_STATEMENT_TIMEOUT', '60000')}"
    )
    options["connect_timeout"] = 3
    return found


def _login(variable: str) -> dict[str, str]:
    found = _database(variable)
    return {"USER": str(found["USER"]), "PASSWORD": str(found["PASSWORD"])}


# A kept connection that died while idle is found by the scope itself, without a SELECT 1 for each
# page; the relay has no such scope.
DATABASES = {"default": _database("DATABASE_URL"), "dispatch": _database("DATABASE_DISPATCH_URL")}
DATABASES["dispatch"]["CONN_HEALTH_CHECKS"] = True
APP_USER = DATABASES["default"]["USER"]
OWNER_LOGIN = _login("DATABASE_OWNER_URL")
LOADER_LOGIN = _login("DATABASE_LOADER_URL")
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_test_name = os.environ.get("GOVIT_TEST_DB", "test_portal")
DATABASES["default"]["TEST"] = {"NAME": _test_name, "SERIALIZE": False}
DATABASES["dispatch"]["TEST"] = {"MIRROR": None, "NAME": _test_name, "MIGRATE": False}

# --- Redis: the cache, the bell and Celery's broker; never the only copy of anything ----------
REDIS_URL = os.environ.get("REDIS_URL", "unix:///nonexistent/valkey.sock")
CACHES = {
    "default": {
        "BACKEND": "tenancy.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "tenancy.cache.province_key",
        "TIMEOUT": 3600,
        "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.5},
    }
}
DASHBOARD_SECONDS = 60  # how old the figures of a dashboard may be; 0 counts for each page
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    "socket_connect_timeout": 0.2,
    "socket_timeout": 5,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
RING_THE_BELL = True
OUTBOX_KEEP_DAYS = 30
BACKUP_STAMP_FILE = os.environ.get("BACKUP_STAMP_FILE", "")  # touched by bin/backup

# --- Apps and middleware ------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal",
    "reports",
    "directives",
    "exchange",
    "ranking",
    "documents",
    "onestop",
    "papers",
    "notifications",
    "files",
    "organizations",
    "audit",
    "tenancy",
    "common.apps.CommonConfig",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "guardian",
    "django_htmx",
    "drf_spectacular",
    "organizations.admin_site.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "govit.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.api.ApiAnswersMiddleware",
    "common.pages.PlainAddressMiddleware",
    "common.pages.PaperMiddleware",
    "portal.kiosk.KioskMiddleware",
    "tenancy.middleware.ProvinceMiddleware",
    "portal.closed.ClosedLookupMiddleware",
    "organizations.middleware.MachineMiddleware",
    "tenancy.sessions.SessionMiddleware",
    "tenancy.middleware.TransactionMiddleware",
    "common.pages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organizations.middleware.SessionLimitsMiddleware",
    "organizations.middleware.SignedInMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "govit.urls"
WSGI_APPLICATION = "govit.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django.templatetags.l10n",
                "common.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "common.pages.site",
                "portal.navigation.navigation",
                "organizations.demo.sign_in_help",
            ],
        },
    }
]
FORM_RENDERER = "common.forms.Renderer"
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "common.api.exception_handler",
    "DEFAULT_AUTHENTICATION_CLASSES": ["organizations.machine_door.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["organizations.machine_door.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.api_input.NarrowJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "common.api_input.AlwaysJSON",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS is not answered
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Giao diện máy của Cổng một cửa điện tử",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SCHEMA_COERCE_PATH_PK": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "GENERIC_ADDITIONAL_PROPERTIES": None,
    "PREPROCESSING_HOOKS": ["govit.api_schema.only_of_machines"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "govit.api_schema.say_what_all_share",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ChannelEnum": "onestop.models.catalogue.Channel",
        "DossierStatusEnum": "onestop.states.Status",
        "PersonKindEnum": "onestop.states.PersonKind",
        "PaperStateEnum": "onestop.models.parts.PaperState",
    },
}
API_WRONG_TOKENS_PER_HOUR = 20  # of one address
CSRF_FAILURE_VIEW = "common.pages.csrf_failure"

# --- Languages: Vietnamese unless a person chooses English; Accept-Language is not read ----------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["govit.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = False

# --- Static files and uploads --------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", BASE_DIR / "node_modules/bootstrap/dist"),
    ("fonts", BASE_DIR / "node_modules/@fontsource-variable/source-sans-3/files"),
]
STATICFILES_FINDERS = [
    "common.staticfiles.NarrowFileSystemFinder",
    "common.staticfiles.NarrowAppDirectoriesFinder",
]
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "common.staticfiles.TolerantManifestStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILES_REQUIRE_SCAN = _flag("FILES_REQUIRE_SCAN", default=not GOVIT_DEMO)
CLAMD_HOST = os.environ.get("CLAMD_HOST", "")

# --- Mail ---------------------------------------------------------------------------------------
MAIL_DIR = os.environ.get("MAIL_DIR", str(VAR_DIR / "mail"))
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = MAIL_DIR
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "motcua@example.gov.vn")

# --- National portal: one account for each province, NATIONAL_SYNC_H32_URL … (exchange.accounts) --
NATIONAL_SYNC: dict[str, dict[str, str]] = {}
for _name, _value in os.environ.items():
    if _name.startswith("NATIONAL_SYNC_"):
        _code, _, _field = _name.removeprefix("NATIONAL_SYNC_").partition("_")
        NATIONAL_SYNC.setdefault(_code, {})[_field] = _value

# --- The bus between agencies: EDXML_BUS_H32_URL … (exchange.edxml.accounts) ---------------------
EDXML_BUS: dict[str, dict[str, str]] = {}
for _name, _value in os.environ.items():
    if _name.startswith("EDXML_BUS_"):
        _code, _, _field = _name.removeprefix("EDXML_BUS_").partition("_")
        EDXML_BUS.setdefault(_code, {})[_field] = _value
EDXML_MAX_MEGABYTES = int(os.environ.get("EDXML_MAX_MEGABYTES", "40"))  # of one message

# --- Text messages (docs/operations.md); the gateway's own settings: notifications/sms/gateways.py
SMS_DIR = os.environ.get("SMS_DIR", str(VAR_DIR / "sms"))
SMS_REPLAY_SECONDS = int(os.environ.get("SMS_REPLAY_SECONDS", "300"))
SMS_SECRETS = {  # SMS_SECRETS_H32="new,old": what the gateway signs its calls with
    name.removeprefix("SMS_SECRETS_"): [part for part in value.split(",") if part]
    for name, value in os.environ.items()
    if name.startswith("SMS_SECRETS_")
}

# --- Signatures: the program on the official's own computer that speaks to his signing device ----
DEMO_PIN = environment.DEMO_PIN  # of the keys that bin/demo makes
SIGNING_AGENT_URL = os.environ.get("SIGNING_AGENT_URL", "http://127.0.0.1:14417")

# --- Its time stamps (RFC 3161): TIME_STAMPS_H32_URL, TIME_STAMPS_H32_CA_FILE (papers.stamping) --
TIME_STAMPS: dict[str, dict[str, str]] = {}
for _name, _value in os.environ.items():
    if _name.startswith("TIME_STAMPS_"):
        _code, _, _field = _name.removeprefix("TIME_STAMPS_").partition("_")
        TIME_STAMPS.setdefault(_code, {})[_field] = _value

# --- Keys that a remote signing service keeps: REMOTE_SIGNING_H32_URL, … (papers.remote) ---------
REMOTE_SIGNING: dict[str, dict[str, str]] = {}
for _name, _value in os.environ.items():
    if _name.startswith("REMOTE_SIGNING_"):
        _code, _, _field = _name.removeprefix("REMOTE_SIGNING_").partition("_")
        REMOTE_SIGNING.setdefault(_code, {})[_field] = _value

# --- Sign-in ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/viec/"
LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "tenancy.sessions"
_SECURE = "__Host-" if SITE_HTTPS else ""
SESSION_COOKIE_NAME = f"{_SECURE}session"
CSRF_COOKIE_NAME = f"{_SECURE}csrf"
LANGUAGE_COOKIE_NAME = "django_language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = False  # tenancy.ProvinceMiddleware does it, to the province's own host only
SECURE_HSTS_SECONDS = 31_536_000 if SITE_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT", "")  # mailto:… or https://…, for security.txt
TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", "0"))
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ANONYMOUS_USER_NAME = None  # guardian would make a user after each migrate, outside any province
SILENCED_SYSTEM_CHECKS = ["auth.W004", "guardian.W001", "models.W042"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "govit.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "pyhanko": {"level": "ERROR"},  # what is wrong with a forged file is the verdict's to say
        "weasyprint": {"level": "ERROR"},  # seven lines for each PDF otherwise
        "pikepdf": {"level": "WARNING"},  # no greeting either
        "axes.apps": {"level": "WARNING"},  # no greeting: a command says only its answer
    },
}

from govit.settings_sign_in import *  # noqa: E402, F403  allauth, axes: a page of their own

if OIDC_PROVIDER_URL:  # noqa: F405  Chromium applies form-action to the redirect after the form
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(OIDC_ORIGIN)  # noqa: F405
