"""Accounts of people: invited, changed, switched off and on, given a way back in."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from common.text import nfc
from organizations import access, reach
from organizations.models import Delegation, Position, SecondFactorReset, Unit, User
from organizations.services.rows import end_position_rows
from organizations.services.units import require_open
from organizations.sign_in import links


def lock_person(user_id: int) -> User:
    person: User = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user_id)
    return person


def main_unit_of(person: User) -> Unit | None:
    """The unit shown beside the name: the main position's, else the first one's."""
    position = (
        Position.objects.filter(user=person)
        .select_related("unit")
        .order_by("-is_main", "-valid_from", "pk")
        .first()
    )
    return position.unit if position else None


def require_free(username: str, email: str, except_id: int | None = None) -> None:
    """Refuse a user name or e-mail address that another account of the province has."""
    others = User.objects.exclude(pk=except_id) if except_id else User.objects.all()
    if others.filter(username=username.lower()).exists():
        raise DomainError(_("The user name %(name)s is taken.") % {"name": username})
    if email and others.filter(email=email.lower()).exists():
        raise DomainError(_("Another account has the e-mail address %(email)s.") % {"email": email})


@transaction.atomic
def invite_person(
    *,
    actor: User,
    full_name: str,
    username: str,
    unit_id: int,
    role: str,
    email: str = "",
    phone: str = "",
    title: str = "",
    valid_from: dt.date | None = None,
) -> User:
    """Make an account with its first position, and let a mail bring the activation link."""
    unit = Unit.objects.get(pk=unit_id)
    reach.require_grantable(actor, role, unit)
    start = valid_from or timezone.localdate()
    require_open(unit, max(start, timezone.localdate()))
    require_free(username, email)
    person = make_account(full_name=full_name, username=username, email=email, phone=phone)
    Position.objects.create(
        user=person, unit=unit, role=role, title=title.strip(), valid_from=start, is_main=True
    )
    access.recompile([person.pk])
    record(
        person, "person.invited", actor=actor, unit=unit,
        data={"user": person.pk, "username": person.username, "role": role, "unit": unit.code},
    )  # fmt: skip
    return person


def make_account(*, full_name: str, username: str, email: str = "", phone: str = "") -> User:
    """The row of an account that nobody can enter yet. Part of an act; records nothing."""
    person: User = User.objects.create_user(
        username.strip(),
        full_name=" ".join(nfc(full_name).split()),
        email=email.strip(),
        phone=phone.strip(),
        invited_at=timezone.now(),
    )
    return person


@transaction.atomic
def change_person(
    user_id: int, *, actor: User, full_name: str, email: str, phone: str
) -> User:  # fmt: skip
    """Correct name, e-mail address and phone. The user name stays: it is in the audit log."""
    person = lock_person(user_id)
    reach.require_manageable(actor, person)
    require_free("", email, person.pk)
    before = {"full_name": person.full_name, "email": person.email, "phone": person.phone}
    person.full_name = " ".join(nfc(full_name).split())
    person.email, person.phone = email.strip().lower(), phone.strip()
    person.index_name()
    changed = [key for key, value in before.items() if getattr(person, key) != value]
    if changed:
        person.save(update_fields=["full_name", "email", "phone", "sort_key", "search_text"])
        record(
            person, "person.changed", actor=actor, unit=main_unit_of(person),
            data={"fields": changed},
        )  # fmt: skip
    return person


@transaction.atomic
def issue_link(user_id: int, *, actor: User, by_mail: bool) -> str:
    """A new one-time link to set a password: by mail, or returned once to be printed.

    Older links die. An existing password stays until the link is used, except that its holder
    is signed out everywhere when the link is a reset.
    """
    person = lock_person(user_id)
    reach.require_manageable(actor, person)
    if not person.is_active:
        raise DomainError(_("This account is switched off. Switch it on first."))
    if by_mail and not person.email:
        raise DomainError(
            _("This account has no e-mail address. Print the link, or add an address.")
        )
    person.invited_at = timezone.now()
    person.save(update_fields=["invited_at"])
    is_reset = person.is_activated
    if is_reset:
        end_sessions(person)
    if by_mail:
        action = "person.password_reset_requested" if is_reset else "person.invited"
    else:
        action = "person.link_printed"
    record(person, action, actor=actor, unit=main_unit_of(person), data={"user": person.pk})
    return "" if by_mail else links.address_for(person)


@transaction.atomic
def disable_person(user_id: int, *, actor: User, reason: str, has_left: bool = False) -> User:
    """Switch an account off: rights vanish and sessions end at once; history stays.

    A leaver's positions end today, and delegations that he gave or received are revoked; of
    somebody away for a while they stay and hold again when the account is switched on.
    """
    person = lock_person(user_id)
    reach.require_manageable(actor, person)
    if not person.is_active:
        raise AlreadyDone
    unit = main_unit_of(person)
    person.is_active, person.disabled_at = False, timezone.now()
    person.save(update_fields=["is_active", "disabled_at"])
    affected = access.affected_by([person.pk])
    if has_left:
        end_position_rows(Position.objects.filter(user=person), timezone.localdate())
        lent = Delegation.objects.filter(Q(giver=person) | Q(receiver=person), revoked_at=None)
        lent.update(revoked_at=timezone.now())
    access.recompile(affected)
    end_sessions(person)
    record(
        person, "person.disabled", actor=actor, unit=unit,
        data={"reason": reason, "has_left": has_left},
    )  # fmt: skip
    return person


@transaction.atomic
def enable_person(user_id: int, *, actor: User) -> User:
    """Switch an account on again; positions that still run hold again."""
    person = lock_person(user_id)
    reach.require_manageable(actor, person)
    if person.is_active:
        raise AlreadyDone
    person.is_active, person.disabled_at = True, None
    person.save(update_fields=["is_active", "disabled_at"])
    access.recompile(access.affected_by([person.pk]))
    record(person, "person.enabled", actor=actor, unit=main_unit_of(person))
    return person


def end_sessions(person: User, keep: str | None = None) -> int:
    """Sign a person out everywhere, but for the session with the key `keep`. Returns how many."""
    sessions = UserSession.objects.filter(user_id=person.pk)
    ended = 0
    for session in sessions.exclude(session_key=keep) if keep else sessions:
        session.end()
        ended += 1
    return ended


# --- The second factor: removed by two administrators where there are two -----------------------


def administrators_of(person: User) -> list[User]:
    """Active people who may take charge of the account, other than the person himself."""
    able = User.objects.filter(is_active=True).exclude(pk=person.pk)
    granted = able.filter(
        Q(is_superuser=True) | Q(unituserpermission__permission__codename="manage_people")
    ).distinct()
    return [user for user in granted.order_by("pk") if reach.is_manageable(user, person)]


@transaction.atomic
def ask_second_factor_reset(user_id: int, *, actor: User, reason: str) -> SecondFactorReset:
    """Ask that a person's second factor be removed (a lost phone).

    Carried out at once only when nobody else could confirm it (OWASP ASVS 2.3.5).
    """
    person = lock_person(user_id)
    reach.require_manageable(actor, person)
    if not Authenticator.objects.filter(user_id=person.pk).exists():
        raise DomainError(_("This account has no second factor."))
    if SecondFactorReset.objects.filter(user=person, closed_at=None).exists():
        raise AlreadyDone(_("This was asked for already; another administrator has to confirm it."))
    wish: SecondFactorReset = SecondFactorReset.objects.create(
        user=person, asked_by=actor, reason=reason.strip()
    )
    unit = main_unit_of(person)
    record(
        person, "second_factor.reset_asked", actor=actor, unit=unit, data={"reason": wish.reason}
    )
    if not [admin for admin in administrators_of(person) if admin.pk != actor.pk]:
        _remove_second_factor(wish, person, actor)
    return wish


@transaction.atomic
def confirm_second_factor_reset(reset_id: int, *, actor: User) -> SecondFactorReset:
    """The second administrator confirms; the person signs in with the password and sets up anew."""
    wish, person = _lock_reset(reset_id)
    reach.require_manageable(actor, person)
    if wish.asked_by_id == actor.pk:
        raise access.RefusedError(_("Another administrator than the one who asked confirms this."))
    _remove_second_factor(wish, person, actor)
    return wish


@transaction.atomic
def withdraw_second_factor_reset(reset_id: int, *, actor: User) -> None:
    """Close the wish without doing it."""
    wish, person = _lock_reset(reset_id)
    reach.require_manageable(actor, person)
    wish.closed_at = timezone.now()
    wish.save(update_fields=["closed_at"])
    record(person, "second_factor.reset_withdrawn", actor=actor, unit=main_unit_of(person))


def _lock_reset(reset_id: int) -> tuple[SecondFactorReset, User]:
    asked = SecondFactorReset.objects.get(pk=reset_id)
    person = lock_person(asked.user_id)
    wish: SecondFactorReset = SecondFactorReset.objects.select_for_update(no_key=True).get(
        pk=reset_id
    )
    if wish.closed_at is not None:
        raise AlreadyDone
    return wish, person


def _remove_second_factor(wish: SecondFactorReset, person: User, actor: User) -> None:
    Authenticator.objects.filter(user_id=person.pk).delete()
    wish.confirmed_by, wish.closed_at = actor, timezone.now()
    wish.save(update_fields=["confirmed_by", "closed_at"])
    end_sessions(person)
    record(person, "second_factor.reset", actor=actor, unit=main_unit_of(person))
