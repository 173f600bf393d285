"""People: accounts, positions, standing field assignments and delegations."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.text import unaccented, vietnamese_sort_key
from organizations.roles import ROLES
from tenancy.models import TenantForeignKey, TenantManager, TenantModel


def searchable(full_name: str, username: str, email: str, phone: str) -> str:
    """What a search for people looks at: "nguyen thuong" finds Nguyễn Thưởng."""
    return unaccented(f"{full_name} {username} {email} {phone}")


class UserManager(TenantManager, BaseUserManager["User"]):  # type: ignore[misc]
    use_in_migrations = False

    def create_user(self, username: str, password: str | None = None, **extra: Any) -> User:
        full_name = extra.pop("full_name", username)
        name = self.model.normalize_username(username).lower()
        user: User = self.model(username=name, full_name=full_name, **extra)
        user.email = user.email.lower()
        user.index_name()
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(username, password, is_staff=True, is_superuser=True, **extra)


class User(TenantModel, AbstractUser):
    """A person's own account in one province. The same user name may exist in another."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    username = models.CharField(
        _("User name"), max_length=150, validators=[AbstractUser.username_validator]
    )
    full_name = models.CharField(_("Full name"), max_length=150)
    sort_key = models.CharField(max_length=600, editable=False)  # common.text.vietnamese_sort_key
    search_text = models.CharField(max_length=600, editable=False, default="")  # `searchable`
    phone = models.CharField(_("Phone"), max_length=30, blank=True)
    must_change_password = models.BooleanField(default=False)
    invited_at = models.DateTimeField(null=True, blank=True)  # the last activation link
    disabled_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    wants_digest = models.BooleanField(default=True)
    shortcuts_on = models.BooleanField(default=True)  # WCAG 2.1.4
    language = models.CharField(max_length=5, default="vi")
    is_machine = models.BooleanField(default=False)  # of an ApiClient: never signs in

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]
    objects: ClassVar[Any] = UserManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "username"], name="user_name_once"),
            models.UniqueConstraint(
                fields=["province", "email"], condition=~Q(email=""), name="user_email_once"
            ),
            models.CheckConstraint(
                name="user_name_in_small_letters",
                condition=Q(username=Lower("username"), email=Lower("email")),
            ),
            models.CheckConstraint(
                name="user_disabled_is_inactive", condition=Q(disabled_at=None) | Q(is_active=False)
            ),
            models.CheckConstraint(
                name="user_machine_cannot_sign_in",
                condition=Q(is_machine=False)
                | Q(password__startswith="!", email="", is_staff=False, is_superuser=False),  # noqa: S106
            ),
        ]
        indexes = [models.Index(fields=["province", "sort_key"], name="user_by_given_name")]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split()[-1] if self.full_name else self.username

    def index_name(self) -> None:
        """Bring the stored sort key and search text in line with name, e-mail and phone."""
        self.sort_key = vietnamese_sort_key(self.full_name)[:600]
        self.search_text = searchable(self.full_name, self.username, self.email, self.phone)[:600]

    @property
    def is_activated(self) -> bool:
        """True once the person has set a password of his own (or signed in from outside)."""
        return self.has_usable_password() or self.last_login is not None


class DatedQuerySet(models.QuerySet[Any]):
    def valid_on(self, day: dt.date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def valid_from_now(self, day: dt.date) -> Self:
        """Valid today or later: what the compiled permissions are made of."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day))


class Dated(TenantModel):
    """Something that holds from a day to a day, both included."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = TenantManager.from_queryset(DatedQuerySet)()

    class Meta(TenantModel.Meta):
        abstract = True

    def is_valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def is_valid(self) -> bool:
        return self.is_valid_on(timezone.localdate())


class Position(Dated):
    """Chức vụ: what a person is in a unit, and so what he may do there and below."""

    user = TenantForeignKey(User, related_name="positions")
    unit = TenantForeignKey("organizations.Unit", related_name="positions")
    role = models.CharField(max_length=30)  # a key of organizations.roles.ROLES
    title = models.CharField(max_length=100, blank=True)  # "Trưởng phòng", as printed
    is_main = models.BooleanField(default=False)  # whose unit is shown beside the name

    class Meta(Dated.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["province", "user", "unit", "role", "valid_from"], name="position_once"
            ),
            models.CheckConstraint(
                name="position_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """The printed title, else the name of the role."""
        return self.title or (str(ROLES[self.role].name) if self.role in ROLES else self.role)


class FieldAssignmentQuerySet(DatedQuerySet):
    def counting_on(self, day: dt.date) -> Self:
        """What narrows a leader on that day: also what has ended since, until it is lifted."""
        return self.filter(lifted_at=None, valid_from__lte=day)


class FieldAssignment(Dated):
    """A deputy's standing field (lĩnh vực): within it he acts in his own name (KT.).

    Its last day takes the field from him and gives him no other (`organizations.fields`).
    """

    user = TenantForeignKey(User, related_name="field_assignments")
    unit = TenantForeignKey("organizations.Unit", related_name="field_assignments")
    field = models.CharField(max_length=300)  # the field of administration of a procedure
    lifted_at = models.DateTimeField(null=True, blank=True)  # an act of the administrator

    objects: ClassVar[Any] = TenantManager.from_queryset(FieldAssignmentQuerySet)()

    class Meta(Dated.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["province", "user", "unit", "field", "valid_from"],
                condition=Q(lifted_at=None),
                name="field_assignment_once",
            ),
        ]

    def __str__(self) -> str:
        return self.field

    @property
    def has_ended(self) -> bool:
        return self.valid_to is not None and self.valid_to < timezone.localdate()


class DelegationReason(models.TextChoices):
    """The only two reasons of QĐ 2947/QĐ-UBND (Khánh Hòa, 2016), Điều 9 khoản 1 điểm b."""

    SUDDEN = "sudden", _("Sudden event")
    PREVENTED = "prevented", _("Objectively unable to act in person")


class Delegation(Dated):
    """Ủy quyền: a head lets another person act for him, with dates; each act shows "thay mặt"."""

    giver = TenantForeignKey(User, related_name="delegations_given")
    receiver = TenantForeignKey(User, related_name="delegations_received")
    unit = TenantForeignKey("organizations.Unit", related_name="delegations")
    role = models.CharField(max_length=30)  # the giver's role that is lent
    reason = models.CharField(max_length=10, choices=DelegationReason)
    note = models.CharField(max_length=255)  # the decision or a sentence of explanation
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(Dated.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="delegation_has_an_end",
                condition=Q(valid_to__isnull=False) & Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="delegation_to_somebody_else", condition=~Q(giver=F("receiver"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.receiver_id}"

    @property
    def is_over(self) -> bool:
        return self.valid_to is not None and self.valid_to < timezone.localdate()


class SecondFactorReset(TenantModel):
    """An administrator's wish to remove a person's second factor; a second one confirms it."""

    user = TenantForeignKey(User, related_name="second_factor_resets")
    asked_by = TenantForeignKey(User, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=255)
    confirmed_by = TenantForeignKey(User, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # confirmed or withdrawn

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "user"],
                condition=Q(closed_at=None),
                name="second_factor_reset_once",
            ),
            models.CheckConstraint(
                name="second_factor_reset_closed_when_confirmed",
                condition=Q(confirmed_by=None) | Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user_id)
