"""Routes of the yearly assessment and ranking, for the cast and for tests/ranking/cast.py.

The manager runs the years, the council is a chair without an area of his own, an appraiser with
all of them and the support team with area 1, whose member works in the other agency. The leader
signs the form of the agency, the filler fills it in, the colleague one criterion of it; the far
filler fills in the other agency's. A route has a yes and a no of its own reason: who may not see
the thing gets 404, who sees it and may not act 403.
"""

from __future__ import annotations

COUNCIL = "chair,appraiser,support"
FILLERS = "leader,filler,far_filler"


def nothing(methods: str = "GET") -> tuple[str, ...]:
    """Numbers that name nothing."""
    return tuple(f"{method} *=404" for method in methods.split(","))


def lists(people: str) -> tuple[str, ...]:
    """A list or a form that has no object."""
    return (f"GET {people}=200 *=403", "POST *=405")


def reads(kind: str, people: str, others: str = "") -> tuple[str, ...]:
    """A page for these people; `others` are told why not, the rest finds nothing."""
    refused = f" {others}=403" if others else ""
    return (
        "GET *=404",
        "POST *=405",
        f"GET {kind}:own {people}=200{refused} *=404",
        f"GET {kind}:away *=404",
    )


def acts(kind: str, allowed: str, others: str = "") -> tuple[str, ...]:
    """An act: `allowed` is who may, with the answer to a form that does nothing."""
    refused = f" {others}=403" if others else ""
    return (
        "GET *=405",
        "POST *=404",
        f"POST {kind}:own {allowed}{refused} *=404",
        f"POST {kind}:away *=404",
    )


def forms(kind: str, people: str, answer: str, others: str) -> tuple[str, ...]:
    """A page with its form; `answer` to an empty one."""
    return (
        "GET *=404",
        "POST *=404",
        f"GET {kind}:own {people}=200 {others}=403 *=404",
        f"POST {kind}:own {people}={answer} {others}=403 *=404",
        f"GET {kind}:away *=404",
        f"POST {kind}:away *=404",
    )


def sheets(kind: str) -> tuple[str, ...]:
    """A page of one form: its own unit, who runs the year, and the council."""
    seen = f"manager,{COUNCIL}"
    return (
        "GET *=404",
        "POST *=405",
        f"GET {kind}:own leader,filler,colleague,{seen}=200 *=404",
        f"GET {kind}:other far_filler,{seen}=200 *=404",
        f"GET {kind}:away *=404",
    )


def writes(kind: str, own: str, other: str) -> tuple[str, ...]:
    """An act in one form: who may in the agency's own, who in the other agency's."""
    return (
        f"POST {kind}:own {own} manager,{COUNCIL}=403 *=404",
        f"POST {kind}:other {other} manager,{COUNCIL}=403 *=404",
        f"POST {kind}:away *=404",
    )


def public(kind: str) -> tuple[str, ...]:
    """A page of a published year."""
    return (
        "GET anonymous,stranger=404 *=404",
        "POST anonymous,stranger=405 *=405",
        f"GET {kind}:own anonymous,stranger=200 *=200",
    )


READERS = f"{FILLERS},manager,{COUNCIL}"  # of a framework
RUN = f"{FILLERS},{COUNCIL}"  # who sees the year and does not run it

ACCESS: dict[str, tuple[str, ...]] = {
    "ranking:framework_list": lists(READERS),
    "ranking:framework_bring_in": ("GET manager=200 *=403", "POST manager=422 *=403"),
    "ranking:framework_detail": (
        *reads("criteria", READERS),
        f"GET commented:own {FILLERS},manager=200 *=404",
    ),
    "ranking:framework_file": reads("criteria", READERS),
    "ranking:framework_sheet": reads("criteria", READERS),
    "ranking:framework_try": (
        *nothing("GET,POST"),
        f"GET criteria:own {READERS}=200 *=404",
        f"POST criteria:own {READERS}=200 *=404",
        "GET criteria:away *=404",
    ),
    "ranking:framework_publish": acts("criteria", "manager=409", f"{FILLERS},{COUNCIL}"),
    "ranking:framework_copy": acts("criteria", "manager=-", f"{FILLERS},{COUNCIL}"),
    "ranking:framework_ask": acts("commented", "manager=-", FILLERS),
    "ranking:framework_comment": acts("commented", f"{FILLERS},manager=422"),  # an empty form
    "ranking:comment_answer": acts("comment", "manager=-", FILLERS),
    "ranking:criterion_try": (
        *nothing("GET,POST"),
        f"GET criterion:own {READERS}=200 *=404",
        f"POST criterion:own {READERS}=422 *=404",
        "GET criterion:away *=404",
    ),
    "ranking:criterion_withdraw": acts("criterion", "manager=409", f"{FILLERS},{COUNCIL}"),
    "ranking:dry_run": ("GET manager=200 *=403", "POST manager=422 *=403"),
    "ranking:cycle_list": lists(READERS),
    "ranking:cycle_create": ("GET manager=200 *=403", "POST manager=422 *=403"),
    "ranking:cycle_detail": reads("year", READERS),
    "ranking:cycle_edit": forms("year", "manager", "422", RUN),
    "ranking:cycle_units": forms("year", "manager", "422", RUN),
    "ranking:cycle_move": acts("year", "manager=409", RUN),
    "ranking:cycle_measure": acts("year", "manager=302", RUN),
    # outside a demo nothing is there
    "ranking:day_rehearse": (*nothing("GET,POST"), "GET year:own *=404", "POST year:own *=404"),
    "ranking:rehearsal_end": ("GET *=405", "POST *=404", "POST year:own *=404"),
    "ranking:seat_give": acts("year", "manager=422", RUN),
    "ranking:seat_end": acts("seat", "manager=-", RUN),
    "ranking:cycle_progress": reads("year", f"manager,{COUNCIL}", FILLERS),
    "ranking:cycle_results": reads("year", f"manager,{COUNCIL}", FILLERS),
    "ranking:cycle_firmness": reads("year", f"manager,{COUNCIL}", FILLERS),
    "ranking:assessment_day": (
        *nothing("GET,POST"),
        f"GET judged:own manager,{COUNCIL}=200 {FILLERS}=403 *=404",
        f"POST judged:own manager,chair=- appraiser,support,{FILLERS}=403 *=404",
        "GET judged:away *=404",
        "POST judged:away *=404",
    ),
    "ranking:assessment_reopen": acts(
        "judged", "chair=409", f"manager,appraiser,support,{FILLERS}"
    ),
    "ranking:assessment_close": acts(
        "judged", "chair=409", f"manager,appraiser,support,{FILLERS}"
    ),
    "ranking:appraisal_unit": reads("judged", f"manager,{COUNCIL}", FILLERS),
    "ranking:appraisal_accept": (
        *acts("ruled", "appraiser,support=409", f"manager,chair,{FILLERS}"),  # it is released
        # the support team's member works there
        f"POST ruled:other appraiser=409 manager,chair,support,{FILLERS}=403 *=404",
    ),
    "ranking:appraisal_decide": (
        *nothing("GET,POST"),
        f"GET ruling:own manager,{COUNCIL}=200 {FILLERS}=403 *=404",
        f"POST ruling:own manager,{COUNCIL}=422 {FILLERS}=403 *=404",  # an empty form
        "GET ruling:away *=404",
        "POST ruling:away *=404",
    ),
    # empty forms; who appraises nothing is refused before
    "ranking:figure_enter": acts("ruling", "appraiser,support=422", f"manager,chair,{FILLERS}"),
    "ranking:inquiry_ask": (
        *acts("ruling", "appraiser,support=-", f"manager,chair,{FILLERS}"),
        f"POST ruling:other appraiser=- manager,chair,support,{FILLERS}=403 *=404",
    ),
    "ranking:appeal_answer": acts("appeal", "appraiser,support=-", f"manager,chair,{FILLERS}"),
    "ranking:publication_prepare": acts("year", "manager=409", RUN),
    "ranking:publication_approve": acts("frozen", "chair=-", f"manager,appraiser,{FILLERS}"),
    "ranking:publication_drop": acts("frozen", "chair=-", f"manager,appraiser,{FILLERS}"),
    "ranking:publication_correct": acts("year", "manager=409", RUN),
    "ranking:publication_annex": reads("frozen", "manager,chair,appraiser", FILLERS),
    "ranking:publication_sheet": reads("frozen", "manager,chair,appraiser", FILLERS),
    "ranking:cycle_checks": (
        *nothing("GET,POST"),
        f"GET year:own manager,{COUNCIL}=200 {FILLERS}=403 *=404",
        f"POST year:own manager=422 {RUN}=403 *=404",
        "GET year:away *=404",
    ),
    "ranking:figure_detail": sheets("counted"),
    "ranking:figure_dossiers": sheets("counted"),
    "ranking:figure_rows": sheets("counted"),
    "ranking:figure_file": sheets("counted"),
    "ranking:day_file": reads("judged", f"manager,{COUNCIL}", FILLERS),
    "ranking:appraisal_criterion": (
        "GET *=404",
        "POST *=405",
        f"GET across:own manager,{COUNCIL}=200 {FILLERS}=403 *=404",
        "GET across:away *=404",
    ),
    "ranking:appraisal_open": reads("year", f"manager,{COUNCIL}", FILLERS),
    "ranking:check_list": lists(FILLERS),
    "ranking:check_criterion": reads("check", "leader,filler"),
    "ranking:check_confirm": acts("check", "leader,filler=-"),
    "ranking:check_correct": (
        *nothing("GET,POST"),
        "GET checked:own *=404",
        "POST checked:own *=404",
        "GET checked:other *=404",
        "GET checked:away *=404",
    ),
    "ranking:assessment_list": ("GET *=200", "POST *=405"),
    "ranking:assessment_overview": sheets("sheet"),
    "ranking:assessment_area": sheets("area"),
    "ranking:answer_save": (
        "GET *=405",
        "POST *=404",
        *writes("answer", "leader,filler,colleague=422", "far_filler=422"),
    ),
    "ranking:criterion_give": (
        *nothing("GET,POST"),
        f"GET answer:own leader,filler=200 colleague,manager,{COUNCIL}=403 *=404",
        *writes("answer", "leader,filler=422 colleague=403", "far_filler=422"),
    ),
    "ranking:evidence_add": (
        *nothing("GET,POST"),
        f"GET answer:own leader,filler,colleague=200 manager,{COUNCIL}=403 *=404",
        *writes("answer", "leader,filler,colleague=422", "far_filler=422"),
    ),
    "ranking:evidence_upload": (
        "GET *=405",
        "POST *=404",
        *writes("answer", "leader,filler,colleague=422", "far_filler=422"),  # no file
    ),
    "ranking:evidence_use": (
        "GET *=405",
        "POST *=404",
        # nothing chosen; the rights are asked when something is
        f"POST answer:own leader,filler,colleague,manager,{COUNCIL}=409 *=404",
        f"POST answer:other far_filler,manager,{COUNCIL}=409 *=404",
        "POST answer:away *=404",
    ),
    "ranking:evidence_replace": (
        "GET *=405",
        "POST *=404",
        *writes("proved", "leader,filler,colleague=409", "far_filler=409"),  # no file
    ),
    "ranking:evidence_file": (
        *sheets("proof")[:3],
        "GET proof:other far_filler,manager,chair,appraiser=200 support=403 *=404",  # works there
        "GET proof:away *=404",
    ),
    "ranking:evidence_drop": (
        "GET *=405",
        "POST *=404",
        *writes("proved", "leader,filler,colleague=-", "far_filler=-"),
    ),
    "ranking:assessment_print": (
        "GET *=404",
        "POST *=404",
        f"GET sheet:own leader,filler,manager,{COUNCIL}=200 *=404",  # who sees the whole form
        f"POST sheet:own leader,filler,manager,{COUNCIL}=200 *=404",
        f"GET sheet:other far_filler,manager,{COUNCIL}=200 *=404",
        "GET sheet:away *=404",
    ),
    "ranking:assessment_offer": (
        "GET *=405",
        "POST *=404",
        *writes("sheet", "leader,filler=- colleague=403", "far_filler=-"),
    ),
    "ranking:unit_remind": acts("judged", "manager=-", RUN),
    "ranking:assessment_receipt": (
        "GET *=404",
        "POST *=405",
        "GET sheet:own *=404",  # not submitted
        f"GET result:own leader,filler,manager,{COUNCIL}=200 *=404",
        "GET result:away *=404",
    ),
    "ranking:submission_print": (
        *nothing("GET,POST"),
        f"GET handed:own leader,filler,manager,{COUNCIL}=200 *=404",
        f"POST handed:own leader,filler,manager,{COUNCIL}=200 *=404",
        "GET handed:away *=404",
    ),
    "ranking:assessment_submit": (
        *nothing("GET,POST"),
        f"GET sheet:own leader,filler=200 colleague,manager,{COUNCIL}=403 *=404",
        *writes("sheet", "leader=- filler,colleague=403", "far_filler=403"),
    ),
    "ranking:assessment_outlook": (
        *nothing("GET,POST"),
        f"GET sheet:own leader,filler,manager,{COUNCIL}=200 *=404",
        f"POST sheet:own leader,filler,manager,{COUNCIL}=200 *=404",
        f"GET sheet:other far_filler,manager,{COUNCIL}=200 *=404",
        "GET sheet:away *=404",
    ),
    "ranking:assessment_result": (
        *sheets("result")[:2],
        f"GET result:own leader,filler,manager,{COUNCIL}=200 *=404",
        f"GET result:other far_filler,manager,{COUNCIL}=200 *=404",
        "GET result:away *=404",
        "GET sheet:own *=404",  # not released yet
    ),
    "ranking:appeal_file": (
        *nothing("GET,POST"),
        f"GET result_line:own leader=200 filler,manager,{COUNCIL}=403 *=404",
        *writes("result_line", "leader=- filler=403", "far_filler=403"),
    ),
    "ranking:appeal_document": (
        *nothing(),
        "POST *=405",
        f"GET appealed:own leader,filler,manager,{COUNCIL}=200 *=404",
        "GET appealed:away *=404",
    ),
    "ranking:inquiry_reply": acts("inquiry", "leader,filler=-", f"manager,{COUNCIL}"),
    "ranking:public_years": (
        "GET anonymous,stranger=200 *=200", "POST anonymous,stranger=405 *=405",
    ),
    "ranking:public_table": public("published"),
    "ranking:public_method": public("published"),
    "ranking:public_file": public("published"),
    "ranking:public_annex": public("published"),
    "ranking:public_sheet": public("published"),
    "ranking:public_data": public("published"),
    "ranking:public_unit": (*public("profile"), "GET profile:away anonymous,stranger=404 *=404"),
}  # fmt: skip
