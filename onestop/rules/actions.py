"""Which acts a person may do on a dossier now: from facts to names of acts, no database."""

from __future__ import annotations

from dataclasses import dataclass, field

from onestop.states import Status

S = Status


@dataclass(frozen=True)
class Situation:
    """The state of a dossier and what the person holds on the units that matter."""

    status: int
    is_accepted: bool = True
    is_closed: bool = False
    is_void: bool = False
    step_kind: str = ""
    held_by: str = "nobody"  # nobody | me | another
    stands_in: bool = False  # for the holder, who is away
    on_holder: frozenset[str] = field(default_factory=frozenset)  # rights on the holding unit
    on_receiving: frozenset[str] = field(default_factory=frozenset)
    at_counter: frozenset[str] = field(default_factory=frozenset)  # receiving or competent unit
    on_competent: frozenset[str] = field(default_factory=frozenset)  # or on the handling unit
    on_agency: frozenset[str] = field(default_factory=frozenset)  # on the competent unit itself
    takes_part: frozenset[str] = field(default_factory=frozenset)  # any of these units
    may_step: bool = False  # holds the permission of the open step on its unit
    is_work: bool = False  # appraisal, or a signature that nobody prepares
    was_asked: bool = False  # papers were asked for before: again is for the head alone
    is_signed: bool = False  # the result is approved
    owes: bool = False
    can_refund: bool = False  # ended without a result, and not all of the fee was given back
    date_may_move: bool = False  # in time, and no new date too many
    proposed_by: str = "nobody"  # a new date that waits: nobody | me | another
    worked_on: bool = False  # a step after the reception was closed
    can_be_corrected: bool = False  # an earlier step can be done again
    is_part: bool = False  # of a linked dossier: what concerns the citizen is done on the whole
    parts: frozenset[str] = field(default_factory=frozenset)  # asked, refused, open: no result yet


def acts(at: Situation) -> list[str]:
    """Names of the acts that would pass now, the primary one first."""
    if at.is_void:
        return []
    if not at.is_accepted:
        return [] if at.is_closed else _before_acceptance(at)
    if at.is_closed:
        refunds = at.can_refund and not at.is_part and "receive_dossiers" in at.on_receiving
        return [*(["record_refund"] if refunds else []), *_papers(at)]
    names: list[str] = {
        S.SUPPLEMENT: _awaiting_papers,
        S.PAYMENT: _awaiting_payment,
        S.WITHDRAWN: _deciding_withdrawal,
    }.get(S(at.status), _working)(at)
    found = _on_a_new_date(at) + _of_parts(at) + names + _aside(at) + _papers(at)
    return [OF_A_PART[name] for name in found if name in OF_A_PART] if at.is_part else found


# What the unit of a part does with it: its own work; the rest is done on the whole
OF_A_PART = {
    "assign": "assign", "decide": "decide", "forward": "forward", "add_draft": "add_draft",
    "ask_supplement": "ask_lead", "ask_opinion": "ask_opinion", "send_back": "send_back",
    "take_over": "take_over", "refuse": "refuse_part", "control_sheet": "control_sheet",
}  # fmt: skip


def _of_parts(at: Situation) -> list[str]:
    """What the lead decides about parts of the whole that brought no result."""
    if not at.parts or at.status not in (S.RECEIVED, S.IN_PROGRESS):
        return []
    decides = "approve_dossiers" in at.on_competent
    names: list[str] = []
    if decides or (at.may_step and at.held_by != "another"):
        names += ["answer_part"] if "asked" in at.parts else []
        names += ["renew_part"] if "refused" in at.parts else []
    return [*names, "waive_part"] if decides else names


def _papers(at: Situation) -> list[str]:
    """Services.control_sheets: for whoever works on it, also when it is closed."""
    works = {"receive_dossiers", "process_dossiers", "approve_dossiers", "return_results"}
    return ["control_sheet"] if works & at.takes_part else []


def _on_a_new_date(at: Situation) -> list[str]:
    """A proposal waits for the head: he signs it, unless it is his own, or it comes too late."""
    if at.proposed_by == "nobody" or "approve_dossiers" not in at.on_agency:
        return []
    signs = at.date_may_move and at.proposed_by == "another"
    return [*(["sign_extension"] if signs else []), "refuse_extension"]


def _before_acceptance(at: Situation) -> list[str]:
    if "receive_dossiers" not in at.on_receiving:
        return []
    if at.status == S.NEW:
        return ["accept", "ask_arrival", "refuse_arrival"]
    return ["accept", "stop_arrival"]


def _awaiting_papers(at: Situation) -> list[str]:
    return ["receive_supplement"] if "receive_dossiers" in at.at_counter else []


def _awaiting_payment(at: Situation) -> list[str]:
    takes = "receive_dossiers" in at.on_receiving or "process_dossiers" in at.on_holder
    return ["confirm_payment"] if takes else []


def _deciding_withdrawal(at: Situation) -> list[str]:
    if "approve_dossiers" not in at.on_competent:
        return []
    return ["refuse_withdrawal"] if at.is_signed else ["grant_withdrawal", "refuse_withdrawal"]


def _working(at: Situation) -> list[str]:
    """The open step's own act first, then what else its holder can do."""
    names: list[str] = []
    in_hand = at.may_step and at.held_by != "another"
    assigns = "assign_dossiers" in at.on_holder
    if at.status == S.COMPLETED:
        return ["hand_over"] if "return_results" in at.on_holder else []
    if at.step_kind == "assign" and assigns:
        names.append("assign")
    if in_hand:
        if at.step_kind in ("review", "approve"):
            names.append("decide")
        elif at.step_kind not in ("return", "assign", "follow"):
            names.append("forward")
        if at.is_work or at.step_kind == "release":
            names.append("add_draft")
    decides = "approve_dossiers" in at.on_competent
    may_ask = in_hand and (at.is_part or not at.was_asked)
    if (at.is_work or at.step_kind == "follow") and (may_ask or (decides and not at.is_part)):
        names.append("ask_supplement")
    if at.is_work and in_hand:
        names += ["ask_opinion", "require_payment"]
    if at.date_may_move and at.proposed_by == "nobody" and (decides or in_hand):
        names.append("ask_extension")
    if in_hand and at.can_be_corrected:
        names.append("send_back")
    if at.step_kind in ("assign", "return"):
        return names
    takes = at.held_by == "another" and (assigns or at.stands_in)
    if at.may_step and (at.held_by == "nobody" or takes):
        names.append("take_over")
    if assigns:
        names.append("assign")
    return names


def _aside(at: Situation) -> list[str]:
    """Acts beside the way of the process."""
    names: list[str] = []
    counter = "receive_dossiers" in at.on_receiving
    deciding = at.status in (S.RECEIVED, S.IN_PROGRESS, S.SUPPLEMENT, S.PAYMENT)
    ends = deciding and not at.is_signed
    if "approve_dossiers" in at.on_competent and ends:
        if at.status in (S.RECEIVED, S.IN_PROGRESS):
            names.append("refuse")
        names.append("stop")
    if "receive_dossiers" in at.at_counter and ends:
        names.append("request_withdrawal")
    if counter and at.owes and at.status != S.PAYMENT:
        names.append("take_fee")
    if counter:
        names += ["correct", "replace_receipt"]
        if not at.worked_on:
            names.append("void")
    return names
