"""The dated rules of the registry: when what came must be registered and passed on, when people are
reminded, and in which form a type of document goes out."""

from __future__ import annotations

from dataclasses import dataclass

from common.urgency import Urgency
from documents.document_types import type_choices
from documents.issuing import Manner
from organizations.rulesets import register, setting
from organizations.rulesets.ground import CHOICE

LATEST = "working days after; NĐ 30/2020/NĐ-CP Điều 4.3: in the day, at the latest the next one"
# QĐ 2947 Điều 9.2a leaves the list of what goes on paper too to QĐ 20/2014/QĐ-UBND Điều 5, 6, which
# was not at hand; Lào Cai 07/CT-UBND asks for dossiers to the committee electronically, whatever
# goes on paper besides. So a province starts without paper, and ticks what its own list names.
ON_PAPER = (
    "types of documents; QĐ 28/2018/QĐ-TTg Điều 4, NĐ 30/2020/NĐ-CP Điều 5: what is signed "
    "digitally takes the place of paper; which types go on paper too the province says (QĐ "
    "2947/QĐ-UBND Điều 9.2a: by QĐ 20/2014/QĐ-UBND Điều 5, 6)"
)
WORKING_RULES = "working days; the committee's own working rules say"
NO_TARGET = "hours after the arrival, 0: no target; NĐ 30/2020/NĐ-CP Điều 4.3: at once, no figure"


@dataclass(frozen=True)
class DocumentRules:
    """How long a document may lie at the registry, and when who works on it is reminded."""

    register_days: int = setting(1, LATEST)
    submit_days: int = setting(1, LATEST)
    remind_due_days: int = setting(2, f"working days before, 0: none; {CHOICE}")
    remind_late_days: int = setting(1, f"working days after, 0: none; {CHOICE}")
    urgent_hours: int = setting(0, NO_TARGET)
    very_urgent_hours: int = setting(0, NO_TARGET)
    express_hours: int = setting(0, NO_TARGET)

    remind_target_minutes: int = setting(60, f"minutes before the hours are over; {CHOICE}")

    dossier_check_days: int = setting(3, WORKING_RULES)
    dossier_supplement_days: int = setting(5, WORKING_RULES)
    dossier_decide_days: int = setting(10, WORKING_RULES)
    dossier_needs_draft: bool = setting(True, f"a submission to a committee; {CHOICE}")

    paper_types: tuple[str, ...] = setting((), ON_PAPER, type_choices)
    both_types: tuple[str, ...] = setting((), ON_PAPER, type_choices)

    def manner_of(self, type: str) -> Manner:
        """In which form documents of the type go out; what is named nowhere goes electronically."""
        if type in self.paper_types:
            return Manner.PAPER
        return Manner.BOTH if type in self.both_types else Manner.ELECTRONIC

    def target_hours(self, urgency: int) -> int | None:
        """Within how many hours what is so urgent should be handled; None: nobody said."""
        hours = {
            Urgency.URGENT: self.urgent_hours, Urgency.VERY_URGENT: self.very_urgent_hours,
            Urgency.IMMEDIATE: self.express_hours,
        }  # fmt: skip
        return hours.get(Urgency(urgency)) or None


DOCUMENTS = register("documents", DocumentRules)
