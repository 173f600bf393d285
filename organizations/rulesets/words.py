"""The dated rules in people's words: the name of each kind and field, its unit and law, its values.

The English sources beside the fields (`setting`) are for whoever reads the code; these are for
whoever sets the values at /quan-tri/quy-tac/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organizations.roles import ROLES
from organizations.rulesets.registry import names_of
from organizations.rulesets.words_documents import DOCUMENTS
from organizations.rulesets.words_quality import QUALITY
from organizations.rulesets.words_tasks import TASKS

Words = str | Promise

KINDS: dict[str, Words] = {
    "clock": gettext_lazy("Time limits, supplements and warnings"),
    "lookup": gettext_lazy("Look-up by citizens"),
    "sign_in": gettext_lazy("Sign-in and passwords"),
    "identity_card": gettext_lazy("QR code of identity cards"),
    "sms": gettext_lazy("Text messages to citizens"),
    "submission": gettext_lazy("Own online form"),
    "batches": gettext_lazy("Several dossiers at once"),
    "public_figures": gettext_lazy("Figures that everybody may read"),
    "kiosk": gettext_lazy("Kiosks in the halls of counters"),
    "report": gettext_lazy("Reports of periods (form II.06a)"),
    "evaluation": gettext_lazy("Monthly evaluation of officials and heads"),
    "quality": gettext_lazy("Classification of officials every half year and year"),
    "dashboard": gettext_lazy("Pages for heads"),
    "ranking": gettext_lazy("Yearly assessment of IT application"),
    "national": gettext_lazy("Sending to the national portal"),
    "signatures": gettext_lazy("Digital signatures on documents"),
    "documents": gettext_lazy("Registries and documents"),
    "directives": gettext_lazy("Tasks given by leaders"),
    "task_report": gettext_lazy("Reports of tasks and ratings of agencies"),
    "document_checks": gettext_lazy("Checks of documents by everybody"),
}
AFTER = gettext_lazy("Of the month after its end; 0: not made")
FIELDS: dict[str, tuple[Words, Words]] = {  # field → its name, its unit and law
    "supplement_mode": (
        gettext_lazy("Time limit after a supplement"),
        gettext_lazy("NĐ 61/2018/NĐ-CP Điều 19: begins anew; from 01/07/2025: goes on"),
    ),
    "supplement_days": (
        gettext_lazy("Applicant's time for a supplement"), gettext_lazy("Working days"),
    ),
    "supplement_most_days": (
        gettext_lazy("Applicant's deadline for a supplement lies ahead by"),
        gettext_lazy("Days at most; no decree is known to set a limit"),
    ),
    "extensions_allowed": (
        gettext_lazy("New dates for one dossier, with an apology"),
        gettext_lazy("Times; NĐ 61/2018/NĐ-CP Điều 19"),
    ),
    "late_notice_days": (
        gettext_lazy("A new date is told before the old one by"),
        gettext_lazy("Days at least; NĐ 61/2018/NĐ-CP Điều 19"),
    ),
    "extension_most_days": (
        gettext_lazy("A new date lies after the old one by"), gettext_lazy("Days at most"),
    ),
    "uncollected_days": (
        gettext_lazy("A result counts as not collected after"), gettext_lazy("Days"),
    ),
    "due_soon_days": (gettext_lazy("“Due soon” begins"), gettext_lazy("Working days left")),
    "warnings": (
        gettext_lazy("Warnings before and after the due date"), gettext_lazy("Working days"),
    ),
    "wrong_per_code": (
        gettext_lazy("Wrong tries for one dossier code"), gettext_lazy("In one hour"),
    ),
    "wrong_per_address": (
        gettext_lazy("Wrong tries from one network address"), gettext_lazy("In one hour"),
    ),
    "wrong_per_phone": (
        gettext_lazy("Wrong tries from one phone"), gettext_lazy("In one hour, by text message"),
    ),
    "wrong_in_all": (gettext_lazy("Wrong tries by code in all"), gettext_lazy("In one hour")),
    "wrong_numbers_in_all": (
        gettext_lazy("Wrong look-up numbers in all"), gettext_lazy("In one hour"),
    ),
    "code_level": (
        gettext_lazy("Shown with the dossier code and 4 digits"),
        gettext_lazy("TT 01/2018/TT-VPCP Điều 16"),
    ),
    "number_level": (
        gettext_lazy("Shown with the look-up number or QR code"),
        gettext_lazy("NĐ 224/2026/NĐ-CP Điều 15"),
    ),
    "idle_minutes": (
        gettext_lazy("Sign out when idle"),
        gettext_lazy("Minutes for each role; TCVN 14423:2026"),
    ),
    "mfa_required": (
        gettext_lazy("Two-step sign-in required"), gettext_lazy("Roles; TCVN 14423:2026"),
    ),
    "failures_before_lock": (
        gettext_lazy("Wrong sign-ins before the lock"), gettext_lazy("Times; TCVN 14423:2026"),
    ),
    "lock_minutes": (
        gettext_lazy("Length of the lock"), gettext_lazy("Minutes, for one account at one address"),
    ),
    "password_length": (
        gettext_lazy("Shortest password"),
        gettext_lazy("Characters; TCVN 14423:2026: 8 with two steps, 14 without"),
    ),
    "password_kinds": (
        gettext_lazy("Kinds of characters in a password"),
        gettext_lazy("0: not asked for; TCVN 14423:2026: 4"),
    ),
    **DOCUMENTS,
    **TASKS,
    **QUALITY,
    "remind_first_days": (
        gettext_lazy("First reminder before a date of the assessment"),
        gettext_lazy("Days; 0: none; QĐ 1278/QĐ-CTUBND names no day"),
    ),
    "remind_second_days": (
        gettext_lazy("Second reminder before a date of the assessment"),
        gettext_lazy("Days; 0: none; QĐ 1278/QĐ-CTUBND names no day"),
    ),
    "remind_last_days": (
        gettext_lazy("Last reminder before a date of the assessment"),
        gettext_lazy("Days; 0: none; QĐ 1278/QĐ-CTUBND names no day"),
    ),
    "weekly_day": (
        gettext_lazy("Day on which the report of a week is made"),
        gettext_lazy("Of the week after, 1: Monday, 7: Sunday; 0: not made"),
    ),
    "bulk_most": (gettext_lazy("Most dossiers of one act"), gettext_lazy("Ticked rows")),
    "print_volume": (gettext_lazy("Papers of one PDF"), gettext_lazy("Longer batches: volumes")),
    "monthly_day": (
        gettext_lazy("Day on which the report of a month is made"), AFTER,
    ),
    "quarterly_day": (gettext_lazy("Day on which the report of a quarter is made"), AFTER),
    "half_year_day": (gettext_lazy("Day on which the report of a half year is made"), AFTER),
    "yearly_day": (gettext_lazy("Day on which the report of a year is made"), AFTER),
    "make_up_days": (
        gettext_lazy("Reports that were not made on their day are made up"),
        gettext_lazy("For so many days; the portal may have been off"),
    ),
    "longest_days": (gettext_lazy("Longest period of a report"), gettext_lazy("Days")),
    "evaluation_day": (
        gettext_lazy("Day of the month on which the evaluation is opened"),
        gettext_lazy("Of the month before; 0: not opened; QĐ 2947/QĐ-UBND Điều 9.1d"),
    ),
    "preview_day": (
        gettext_lazy("Day from which on the automatic measures of a month are previewed"),
        gettext_lazy("Of the month; 0: not previewed"),
    ),
    "excellent_timely": (
        gettext_lazy("Fulfilled excellently: in time at least"), gettext_lazy("Percent"),
    ),
    "excellent_returned": (
        gettext_lazy("Fulfilled excellently: sent back at most"), gettext_lazy("Percent"),
    ),
    "good_timely": (gettext_lazy("Fulfilled well: in time at least"), gettext_lazy("Percent")),
    "good_returned": (gettext_lazy("Fulfilled well: sent back at most"), gettext_lazy("Percent")),
    "fulfilled_timely": (gettext_lazy("Fulfilled: in time at least"), gettext_lazy("Percent")),
    "fulfilled_returned": (gettext_lazy("Fulfilled: sent back at most"), gettext_lazy("Percent")),
    "kept_target_percent": (
        gettext_lazy("Share finished in time that is aimed at"), gettext_lazy("Percent")
    ),
    "slow_steps_shown": (gettext_lazy("Slow steps that are shown"), gettext_lazy("At most")),
    "slow_step_least": (
        gettext_lazy("A step is called slow from"), gettext_lazy("Times in the period")
    ),
    "steps_read": (
        gettext_lazy("Steps that are measured"),
        gettext_lazy("The newest ones, shared by all units"),
    ),
    "unseen_days": (
        gettext_lazy("Who has not signed in is named after"), gettext_lazy("Days")
    ),
    "click_steps": (
        gettext_lazy("Steps of one person within one minute are told from"), gettext_lazy("Steps")
    ),
    "click_days": (
        gettext_lazy("Steps closed at the end of a month are looked at"),
        gettext_lazy("Last days"),
    ),
    "form_number": (gettext_lazy("Number of the form"), gettext_lazy("As printed")),
    "report_title": (gettext_lazy("Title of the report"), gettext_lazy("As printed")),
    "receiver": (gettext_lazy("Receiver of the report"), gettext_lazy("As printed")),
    "time_dossiers": (
        gettext_lazy("Usual time of a procedure is shown from"), gettext_lazy("Finished dossiers"),
    ),
    "time_months": (
        gettext_lazy("Usual time of a procedure is counted over"), gettext_lazy("Months"),
    ),
    "shown_ratings": (
        gettext_lazy("Ratings by citizens are shown from"),
        gettext_lazy("Ratings of a unit in a month"),
    ),
    "batch_size": (gettext_lazy("Dossiers in one call"), gettext_lazy("10 at most")),
    "connect_seconds": (gettext_lazy("Wait for a connection"), gettext_lazy("Seconds")),
    "read_seconds": (gettext_lazy("Wait for an answer"), gettext_lazy("Seconds")),
    "answer_kilobytes": (
        gettext_lazy("A longer answer is not read"), gettext_lazy("Kilobytes"),
    ),
    "sync_late_hours": (
        gettext_lazy("The health page warns when a dossier waits for"), gettext_lazy("Hours"),
    ),
    "identity_of_12_digits": (
        gettext_lazy("Code of a personal number of 12 digits"), gettext_lazy("LoaiDinhDanh"),
    ),
    "identity_of_9_digits": (
        gettext_lazy("Code of an identity card with 9 digits"), gettext_lazy("LoaiDinhDanh"),
    ),
    "identity_of_enterprise": (
        gettext_lazy("Code of the tax number of an enterprise"),
        gettext_lazy("LoaiDinhDanh; left empty, the number is not sent as an identity"),
    ),
    "place_of_online": (
        gettext_lazy("Where online dossiers were handed in"),
        gettext_lazy("NoiNopHoSo; 1: national portal, 2: portal of the province"),
    ),
    "paid_at_counter": (
        gettext_lazy("Code of a payment that was not made online"),
        gettext_lazy("DuocThanhToanTrucTuyen; left empty, nothing is said"),
    ),
    "kiosk_idle_seconds": (
        gettext_lazy("A kiosk goes back to the start after"),
        gettext_lazy("Seconds without a touch; what was typed and shown is forgotten"),
    ),
    "kiosk_warning_seconds": (
        gettext_lazy("A kiosk warns before that"),
        gettext_lazy("Seconds; twenty at least (WCAG 2.2.1)"),
    ),
    "own_online_submission": (
        gettext_lazy("Citizens submit online here"),
        gettext_lazy("NĐ 118/2025/NĐ-CP: from 01/07/2025 on the national portal only"),
    ),
    "submissions_per_address": (
        gettext_lazy("Attempts to submit from one network address"),
        gettext_lazy("In one hour, faulty ones too"),
    ),
    "submissions_in_all": (
        gettext_lazy("Dossiers submitted from all addresses"), gettext_lazy("In one hour"),
    ),
    "checks_per_address": (
        gettext_lazy("Documents checked from one network address"), gettext_lazy("In one hour"),
    ),
    "check_megabytes": (
        gettext_lazy("Largest document that everybody may have checked"), gettext_lazy("MB"),
    ),
    "checks_in_all": (
        gettext_lazy("Documents checked from all addresses"), gettext_lazy("In one hour"),
    ),
    "sms_accepted": (
        gettext_lazy("Text when a dossier was received"), gettext_lazy("When a phone was given"),
    ),
    "sms_supplement": (
        gettext_lazy("Text when papers are missing"), gettext_lazy("When a phone was given"),
    ),
    "sms_ready": (
        gettext_lazy("Text when the result is there"), gettext_lazy("When a phone was given"),
    ),
    "sms_extended": (
        gettext_lazy("Text when the date was moved, with the apology"),
        gettext_lazy("NĐ 61/2018/NĐ-CP Điều 19"),
    ),
    "sms_accented": (
        gettext_lazy("Texts with accents"),
        gettext_lazy("A part holds 70 characters then, 160 without"),
    ),
    "sms_hours": (
        gettext_lazy("Texts that are not sent after (hours)"),
        gettext_lazy("Counted from the event, for instance while no gateway is set up"),
    ),
    "sms_quiet_from": (gettext_lazy("No texts from"), gettext_lazy("Hour of the evening")),
    "sms_quiet_to": (gettext_lazy("No texts until"), gettext_lazy("Hour of the morning")),
    "seal_words": (
        gettext_lazy("Name of the agency and time of signing beside the seal"),
        gettext_lazy("NĐ 30/2020/NĐ-CP, annex I asks for neither"),
    ),
    "needs_stamp": (
        gettext_lazy("No signature without a time stamp"),
        gettext_lazy("Signing waits while the time-stamping service does not answer"),
    ),
    "separator": (gettext_lazy("Sign between the fields"), gettext_lazy("Check with a card")),
    "fields": (gettext_lazy("Order of the fields"), gettext_lazy("Check with a card")),
    "date_order": (gettext_lazy("Form of dates"), gettext_lazy("Check with a card")),
}  # fmt: skip
CHOICES: dict[str, Words] = {
    "restart": gettext_lazy("begins anew"),
    "due": gettext_lazy("tasks that were completed or overdue"),
    "all": gettext_lazy("all tasks, not due ones among them"),
    "hai-phong-212-2025": gettext_lazy(
        "Decision 212/2025 of Hai Phong: work programme and directives, or its bands"
    ),
    "hai-phong-212-2025-programme": gettext_lazy("Decision 212/2025 of Hai Phong: work programme"),
    "hai-phong-212-2025-staff": gettext_lazy("Decision 212/2025 of Hai Phong: staff"),
    "da-nang-2022": gettext_lazy("Da Nang 2022: shares alone, without points"),
    "dak-nong-1748-2018": gettext_lazy("Decision 1748 of Dak Nong (2018)"),
    "conditions": gettext_lazy("conditions (Decree 90 of 2020)"),
    "points": gettext_lazy("points (Decree 335 of 2025)"),
    "pause": gettext_lazy("goes on where it stopped"),
    "off": gettext_lazy("nothing"),
    "summary": gettext_lazy("how far the dossier is"),
    "full": gettext_lazy("everything that citizens may see"),
}
DATE_ORDERS: dict[str, Words] = {  # how the card writes 3 November 2026
    "%d%m%Y": gettext_lazy("day, month, year together: 03112026"),
    "%Y%m%d": gettext_lazy("year, month, day together: 20261103"),
    "%d/%m/%Y": gettext_lazy("with strokes: 03/11/2026"),
}
CARD: dict[str, Words] = {  # what the QR code of an identity card holds
    "number": gettext_lazy("Identity number"),
    "old_number": gettext_lazy("Old identity number"),
    "name": gettext_lazy("Full name"),
    "born_on": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "address": gettext_lazy("Address"),
    "issued_on": gettext_lazy("Date of issue"),
}


def kind_words(key: str) -> str:
    """The name of a kind of rules; its key when nobody named it."""
    return str(KINDS.get(key, key))


def label(name: str) -> str:
    return str(FIELDS[name][0]) if name in FIELDS else name.replace("_", " ")


def help_of(name: str, source: str = "") -> str:
    """The unit and law of a field; the source beside it in the code when nobody wrote any."""
    return str(FIELDS[name][1]) if name in FIELDS else source


def choice_words(value: str) -> str:
    return str(CHOICES.get(value) or DATE_ORDERS.get(value) or value)


def source_words(source: str) -> str:
    """The source of rules for people: what the portal chose has none of its own."""
    known = {"default": _("Choice of the portal"), "demo": _("Values of the demo")}
    return known.get(source, source)


def value_words(name: str, value: Any) -> str:
    """A value of `as_data` as people read it."""
    if name == "warnings":
        return "; ".join(_warning(step) for step in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{item_words(key)}: {found}" for key, found in value.items()) or "–"
    if isinstance(value, list | tuple):
        names = names_of(name)
        return ", ".join(str(names.get(item) or item_words(item)) for item in value) or "–"
    return choice_words(str(value))


def _warning(step: Mapping[str, Any]) -> str:
    if not step["days"]:
        when = _("on the day")
    else:
        words = (
            ngettext("%(n)s day before", "%(n)s days before", step["days"])
            if step["when"] == "before"
            else ngettext("%(n)s day after", "%(n)s days after", step["days"])
        )
        when = words % {"n": step["days"]}
    return f"{when}: {item_words(step['role'])}"


def item_words(key: Any) -> str:
    """A role, or a field of the identity card, by its key; the key when it is neither."""
    return str(ROLES[key].name if key in ROLES else CARD.get(key, key))
