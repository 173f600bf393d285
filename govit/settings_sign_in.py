"""Settings of django-allauth and django-axes. `TRUSTED_PROXY_COUNT` holds for both."""

import os
from urllib.parse import urlsplit

_DEMO = os.environ.get("GOVIT_DEMO") == "1"
MFA_REQUIRED = os.environ.get("MFA_REQUIRED", "0" if _DEMO else "1") == "1"  # which roles: rules
PASSWORD_RESET_TIMEOUT = int(os.environ.get("LINK_HOURS", "72")) * 3600

ACCOUNT_FORMS = {"login": "organizations.sign_in.forms.SignInForm"}
ACCOUNT_ADAPTER = "organizations.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "organizations.sign_in.links.LinkTokens"  # noqa: S105
# Guesses are counted per account and address by axes, in PostgreSQL. These count addresses only:
# a limit per account alone would let anybody lock a colleague out. An office shares one address.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", "0"))

MFA_ADAPTER = "organizations.sign_in.second_factor.MFAAdapter"
MFA_FORMS = {
    "authenticate": "organizations.sign_in.second_factor.SignInCodeForm",
    "reauthenticate": "organizations.sign_in.second_factor.ConfirmCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Cổng một cửa"
MFA_TOTP_TOLERANCE = 1  # half a minute either way; each code counts once all the same
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are entered by administrators
USERSESSIONS_TRACK_ACTIVITY = False

SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_ADAPTER = "organizations.sign_in.adapters.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
OIDC_PROVIDER_URL = os.environ.get("OIDC_PROVIDER_URL", "")
OIDC_USERNAME_CLAIM = os.environ.get("OIDC_USERNAME_CLAIM", "")  # such as preferred_username
OIDC_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(OIDC_PROVIDER_URL or "https://-"))
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "sso",
                "name": os.environ.get("OIDC_NAME", "SSO"),
                "client_id": os.environ.get("OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": OIDC_PROVIDER_URL, "oauth_pkce_enabled": True},
            }
        ]
        if OIDC_PROVIDER_URL
        else []
    }
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "organizations.sign_in.passwords.PolicyValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

AXES_HANDLER = "organizations.sign_in.lockout.Handler"
AXES_USERNAME_CALLABLE = "organizations.sign_in.lockout.account_name"
AXES_CLIENT_IP_CALLABLE = "organizations.sign_in.lockout.client_address"
AXES_FAILURE_LIMIT = "organizations.sign_in.lockout.failure_limit"
AXES_COOLOFF_TIME = "organizations.sign_in.lockout.cool_off"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "errors/lockout.html"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False
