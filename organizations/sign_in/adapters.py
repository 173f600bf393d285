"""allauth in our house: no sign-up, mail through the outbox, other sessions end with a password."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import record
from organizations import language
from organizations.models import User
from organizations.services.people import end_sessions
from organizations.sign_in import lockout, sessions


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators."""
        return False

    def set_password(self, user: User, password: str) -> None:
        """A new password ends all other sessions and frees the account from its lock."""
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        end_sessions(user, keep=_session_of(user))
        lockout.unlock(user)
        record(user, "person.password_set", actor=user)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """The worker makes the link when it writes the mail; no link is stored anywhere."""
        if user.is_active:
            record(user, "person.password_reset_requested", actor=None, data={"user": user.pk})

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """By user name always: with a known e-mail address the password was hashed once more than
        with an unknown one, and the time told them apart."""
        credentials["username"] = lockout.account_name(request, credentials)
        credentials.pop("email", None)
        return super().authenticate(request, **credentials)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        sessions.start(request.session, user)
        request.session[sessions.TRACKED] = True
        return language.remember(response, user.language)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just signed in and must set up a second factor types the password once only."""
        session = context.request.session
        if session.get(sessions.FACTOR_DUE) and sessions.is_fresh(session):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """No "you have signed in": the next page shows it."""
        template = args[0] if args else kwargs.get("message_template")
        if template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, *args, **kwargs)


def _session_of(user: User) -> str | None:
    """The key of the session that is setting its own password, to be kept."""
    request = context.request
    if request is not None and request.user.is_authenticated and request.user.pk == user.pk:
        key: str | None = request.session.session_key
        return key
    return None


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Signing in through the province's identity provider (OIDC): known active people only."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link the outside identity to the one account that it names, or refuse."""
        if sociallogin.is_existing:
            return
        person = person_named_by(sociallogin.account.extra_data)
        if person is None:
            messages.error(
                request,
                _("No active account of this portal belongs to this identity."
                  " Ask your agency's administrator."),
            )  # fmt: skip
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        sociallogin.connect(request, person)
        record(
            person, "person.identity_linked", actor=person,
            data={"provider": sociallogin.account.provider},
        )  # fmt: skip


def person_named_by(extra_data: dict[str, Any]) -> User | None:
    """The active account with the verified e-mail address, or the user name that is trusted.

    A claim counts only when it is verified by the provider: an unverified address could be
    anybody's. The claim that carries the user name is a setting, and empty by default.
    """
    claims = {**extra_data, **extra_data.get("id_token", {}), **extra_data.get("userinfo", {})}
    active = User.objects.filter(is_active=True)
    email = str(claims.get("email") or "").lower()
    if email and claims.get("email_verified") in (True, "true"):
        found: User | None = active.filter(email=email).first()
        if found is not None:
            return found
    claim = settings.OIDC_USERNAME_CLAIM
    username = str(claims.get(claim) or "").lower() if claim else ""
    named: User | None = active.filter(username=username).first() if username else None
    return named
