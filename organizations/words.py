"""Roles and recorded acts in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organizations.roles import ROLES

if TYPE_CHECKING:
    from organizations.models import Absence

ACTIONS: dict[str, str | Promise] = {
    "person.invited": _("Account made or activation link sent"),
    "person.changed": _("Name, e-mail or phone changed"),
    "person.disabled": _("Account switched off"),
    "person.enabled": _("Account switched on"),
    "person.link_printed": _("Link to set a password printed"),
    "person.password_reset_requested": _("Link to set a new password sent"),
    "person.password_set": _("New password set"),
    "person.identity_linked": _("Linked to an outside identity"),
    "position.given": _("Position given"),
    "position.ended": _("Position ended"),
    "field.assigned": _("Field assigned"),
    "field.ended": _("Field ended"),
    "field.annulled": _("Assignment of a field annulled"),
    "field.lifted": _("Limits of fields lifted"),
    "person.calendar_made": _("Address of the calendar of tasks made"),
    "person.calendar_withdrawn": _("Address of the calendar of tasks withdrawn"),
    "delegation.given": _("Delegation received"),
    "delegation.revoked": _("Delegation revoked"),
    "absence.recorded": _("Absence recorded"),
    "absence.ended": _("Absence ended"),
    "second_factor.reset_asked": _("Removal of the second factor asked for"),
    "second_factor.reset": _("Second factor removed"),
    "second_factor.reset_withdrawn": _("Removal of the second factor withdrawn"),
    "unit.created": _("Unit made"),
    "unit.changed": _("Unit changed"),
    "unit.closed": _("Unit closed"),
    "unit.merged": _("Unit merged"),
    "client.created": _("Let in, with a first token"),
    "client.changed": _("What it may do was changed"),
    "client.token_made": _("New token made"),
    "client.revoked": _("Shut out"),
}


def away_words(absence: Absence | None) -> str:
    """ " (away until 25/11/2026; Lê Thị B stands in)", or nothing."""
    if absence is None:
        return ""
    facts = {"until": f"{absence.valid_to:%d/%m/%Y}"}
    if absence.substitute is None:
        return " " + gettext("(away until %(until)s)") % facts
    facts["substitute"] = absence.substitute.full_name
    return " " + gettext("(away until %(until)s; %(substitute)s stands in)") % facts


def action_words(action: str) -> str:
    return str(ACTIONS.get(action, action))


def signing_words(title: str) -> str:
    """What stands above a signature: "GIÁM ĐỐC"; a deputy signs for the head (ký thay):
    "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC". Source: NĐ 30/2020/NĐ-CP, phụ lục I, phần I, mục II.7.
    """
    words = title.strip().upper()
    deputy, _found, head = words.partition("PHÓ ")
    return f"KT. {head} / {words}" if head and not deputy else words


def title_of(role: str, title: str) -> str:
    """The printed title, else the name of the role."""
    return title or (str(ROLES[role].name) if role in ROLES else role)
