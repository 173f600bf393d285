"""The dated rules of text messages to citizens. Consent is that a phone was given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from organizations.rulesets import register, setting
from organizations.rulesets.ground import CHOICE

EVENING, MORNING = dt.time(20), dt.time(7)


@dataclass(frozen=True)
class SmsRules:
    """What citizens are texted about, in which letters, and when nobody is woken."""

    sms_accepted: bool = setting(True, f"the dossier was received; {CHOICE}")
    sms_supplement: bool = setting(True, f"papers are missing; {CHOICE}")
    sms_ready: bool = setting(True, f"the result is there; {CHOICE}")
    sms_extended: bool = setting(True, "NĐ 61/2018/NĐ-CP Điều 19: the new date is told")
    sms_accented: bool = setting(False, f"70 characters a part instead of 160; {CHOICE}")
    sms_hours: int = setting(24, f"a text tells how things are now, not yesterday; {CHOICE}")
    sms_quiet_from: dt.time = setting(EVENING, f"nothing is sent from here on; {CHOICE}")  # noqa: RUF009
    sms_quiet_to: dt.time = setting(MORNING, f"what waited is sent then; {CHOICE}")  # noqa: RUF009

    def is_quiet(self, at: dt.time) -> bool:
        """Whether nothing is sent at this hour; the night may span midnight."""
        if self.sms_quiet_from <= self.sms_quiet_to:
            return self.sms_quiet_from <= at < self.sms_quiet_to
        return at >= self.sms_quiet_from or at < self.sms_quiet_to


SMS = register("sms", SmsRules)
