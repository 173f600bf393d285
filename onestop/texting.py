"""Which facts of a dossier citizens are texted: four, each a dated setting. Short, no names."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.bus import subscribe
from audit.models import OutboxEvent
from common.templatetags.ui import day_only
from notifications.rulesets import SMS, SmsRules
from notifications.sms.services import queue_text
from onestop.models import Dossier, DossierPerson
from onestop.states import Delivery, PersonPart, Status
from organizations.rulesets import rules

ALLOWED: dict[str, Callable[[SmsRules], bool]] = {  # event → the setting that allows it
    "dossier.accepted": lambda values: values.sms_accepted,
    "dossier.supplement_requested": lambda values: values.sms_supplement,
    "dossier.approved": lambda values: values.sms_ready,
    "dossier.forwarded": lambda values: values.sms_ready,
    "dossier.gathered": lambda values: values.sms_ready,
    "dossier.extended": lambda values: values.sms_extended,
}
COMPLETING = (
    "dossier.approved",
    "dossier.forwarded",
    "dossier.gathered",
)  # told only when the result is there


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action in ALLOWED:
        subscribe(action, text_citizen)


def text_citizen(event: OutboxEvent) -> None:
    """One message to the phone that was given: the applicant's, else of who acts for him."""
    if event.action in COMPLETING and event.data.get("status") != Status.COMPLETED:
        return
    if not ALLOWED[event.action](rules(SMS, timezone.localdate())):
        return
    dossier = Dossier.objects.select_related("receiving_unit").filter(pk=event.subject_id).first()
    if dossier is None or dossier.is_void or dossier.is_part:
        return
    number = _phone_of(dossier)
    if number:
        with override("vi"):
            queue_text(str(event.pk), event.action, number, _words(event, dossier))


def _phone_of(dossier: Dossier) -> str:
    parts = (PersonPart.APPLICANT, PersonPart.AUTHORISED, PersonPart.SUBMITTER)
    phones = dict(DossierPerson.objects.filter(dossier=dossier).values_list("part", "phone"))
    return next((phones[part] for part in parts if phones.get(part)), "")


def _words(event: OutboxEvent, dossier: Dossier) -> str:
    """The sentence, from the code on; the day is the one that holds now."""
    facts = {
        "code": dossier.code,
        "day": day_only(dossier.due_at) if dossier.due_at else "",
    }
    match event.action:
        case "dossier.accepted":
            return _("Dossier %(code)s was received. Result appointed for %(day)s.") % facts
        case "dossier.supplement_requested":
            return _("Dossier %(code)s: papers are missing. See the letter or ask the counter.") % (
                facts
            )
        case "dossier.extended":
            words = _("Dossier %(code)s: we apologise, the result comes later, on %(day)s.")
            return words % facts
    if dossier.delivery == Delivery.POST:
        return _("Dossier %(code)s: the result is there. It is sent by post.") % facts
    if dossier.delivery == Delivery.ONLINE:
        return _("Dossier %(code)s: the result is there, online.") % facts
    words = _("Dossier %(code)s: the result is there. Bring the identity card and the slip.")
    return words % facts
