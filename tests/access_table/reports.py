"""Routes of the reports."""

from __future__ import annotations

SEES = "head,leader,overseer,superuser"  # who holds the right on some unit
OWN = "leader,overseer,superuser"  # on the agency itself: a head of a division sees his division


def reads() -> tuple[str, ...]:
    """The lines of a page of one report."""
    return (
        "GET *=404",
        "POST *=405",
        f"GET report:own {OWN}=200 *=404",
        "GET report:other overseer,superuser=200 *=404",
        "GET report:away *=404",
    )


ACTS = (
    "GET *=405",
    "POST *=404",
    "POST report:own leader=- overseer,superuser=403 *=404",
    "POST report:other overseer,superuser=403 *=404",
    "POST report:away *=404",
)
SHEET = "head,leader,overseer,superuser"  # a head of a division sees the rows of his division
ROW = (
    "GET *=404",
    "POST *=405",
    f"GET evaluated:own officer,{SHEET}=200 *=404",  # the person himself; no colleague
    "GET evaluated:other outsider,overseer,superuser=200 *=404",
    "GET evaluated:away *=404",
)


def sheets() -> tuple[str, ...]:
    """The lines of a page of one sheet of the evaluation."""
    return (
        "GET *=404",
        "POST *=405",
        f"GET evaluation:own {SHEET}=200 *=404",
        "GET evaluation:other overseer,superuser=200 *=404",
        "GET evaluation:away *=404",
    )


def classes() -> tuple[str, ...]:
    """The lines of a page of one round of the classification."""
    return (
        "GET *=404",
        "POST *=405",
        "GET classing:own head,leader=200 *=404",
        "GET classing:other *=404",
        "GET classing:away *=404",
    )


OF_A_PERSON = (
    "GET *=404",
    "POST *=405",
    "GET classed:own officer,head,leader=200 *=404",
    "GET classed:other outsider=200 *=404",
    "GET classed:away *=404",
)
NOT_DECIDED = (
    "GET *=404",
    "POST *=405",
    "GET classing:own *=404",
    "GET classing:away *=404",
)
NOWHERE = (f"GET {SEES}=404 *=403", "POST *=405")  # without a figure of one's own reach
TASK_READS = (
    "GET *=404",
    "POST *=405",
    "GET task_report:own leader,overseer,superuser=200 *=404",
    "GET task_report:other outsider,overseer,superuser=200 *=404",
    "GET task_report:away *=404",
)
TASK_ACTS = (
    "GET *=405",
    "POST *=404",
    "POST task_report:own leader=- overseer,superuser=403 *=404",
    "POST task_report:other outsider,overseer,superuser=403 *=404",
    "POST task_report:away *=404",
)
ACCESS: dict[str, tuple[str, ...]] = {
    "reports:dashboard": (f"GET {SEES}=200 *=403", "POST *=405"),
    "reports:dashboard_briefing": (f"GET {SEES}=200 *=403", "POST *=405"),
    "reports:dashboard_dossiers": NOWHERE,
    "reports:dashboard_procedure": (*NOWHERE, f"GET procedure:own {SEES}=200 *=403"),
    "reports:dashboard_steps": NOWHERE,
    "reports:dashboard_unit": (
        *NOWHERE,
        f"GET unit:own {SEES}=200 *=403",
        "GET unit:other overseer,superuser=200 head,leader=404 *=403",
        f"GET unit:away {SEES}=404 *=403",
    ),
    "reports:usage": (f"GET {SEES}=200 *=403", "POST *=405"),
    "reports:usage_export": NOWHERE,
    "reports:usage_people": (f"GET {SEES}=200 *=403", "POST *=405"),
    "reports:usage_procedures": (f"GET {SEES}=200 *=403", "POST *=405"),
    "reports:task_report_list": (f"GET {SEES}=200 *=403", "POST *=405"),
    "reports:task_report_make": ("GET *=405", "POST leader=422 *=403"),
    "reports:task_report_detail": TASK_READS,
    "reports:task_report_export": TASK_READS,
    "reports:task_report_print": (
        *(line for line in TASK_READS if not line.startswith("POST")),
        "POST *=404",
    ),
    "reports:task_report_tasks": (
        "GET *=404",
        "POST *=405",
        "GET task_report:away *=404",
    ),
    "reports:task_report_review": TASK_ACTS,
    "reports:task_report_sign": TASK_ACTS,
    "reports:evaluation_accept": (
        "GET *=405",
        "POST *=404",
        # 409: none of the rows is theirs to judge
        "POST evaluation:own head,leader=- overseer,superuser=409 *=404",
        "POST evaluation:other overseer,superuser=409 *=404",
        "POST evaluation:away *=404",
    ),
    "reports:evaluation_confirm": (
        "GET *=405",
        "POST *=404",
        "POST evaluation:own leader=409 head,overseer,superuser=403 *=404",  # not all decided
        "POST evaluation:other overseer,superuser=403 *=404",
        "POST evaluation:away *=404",
    ),
    "reports:evaluation_correct": (
        "GET *=405",
        "POST *=404",
        f"POST evaluation:own {SHEET}=422 *=404",
        "POST evaluation:other overseer,superuser=422 *=404",
        "POST evaluation:away *=404",
    ),
    "reports:evaluation_detail": sheets(),
    "reports:evaluation_export": sheets(),
    "reports:evaluation_items": (
        "GET *=404",
        "POST *=405",
        "GET evaluated:own *=404",  # no figure is named
        "GET evaluated:away *=404",
    ),
    "reports:evaluation_judge": (
        "GET *=405",
        "POST *=404",
        "POST evaluated:own head,leader=422 officer,overseer,superuser=403 *=404",
        "POST evaluated:other outsider,overseer,superuser=403 *=404",
        "POST evaluated:away *=404",
    ),
    "reports:evaluation_list": (
        f"GET {SEES}=200 *=403",
        "POST *=405",
    ),
    "reports:evaluation_mine": (
        "GET *=200",
        "POST *=405",
    ),
    "reports:evaluation_print": sheets(),
    "reports:evaluation_remark": (
        "GET *=405",
        "POST *=404",
        f"POST evaluated:own officer=- {SHEET}=403 *=404",
        "POST evaluated:other outsider=- overseer,superuser=403 *=404",
        "POST evaluated:away *=404",
    ),
    "reports:evaluation_row": ROW,
    # Of the classification: the person, his heads, Home Affairs; neither oversight nor superuser
    "reports:quality_list": ("GET head,leader=200 *=403", "POST *=405"),
    "reports:quality_open": ("GET *=405", "POST leader=422 *=403"),
    "reports:quality_mine": ("GET *=200", "POST *=405"),
    "reports:quality_detail": classes(),
    "reports:quality_export": classes(),
    "reports:quality_list_print": classes(),
    "reports:quality_minutes": NOT_DECIDED,
    "reports:quality_decision": NOT_DECIDED,
    "reports:quality_sheet_print": OF_A_PERSON,
    "reports:quality_notice": (
        "GET *=404",
        "POST *=405",
        "GET classed:own *=404",  # not decided yet
        "GET classed:away *=404",
    ),
    "reports:quality_recount": (
        "GET *=405",
        "POST *=404",
        "POST classing:own leader=- head=403 *=404",
        "POST classing:away *=404",
    ),
    "reports:quality_decide": (
        "GET *=405",
        "POST *=404",
        "POST classing:own leader=422 head=403 *=404",
        "POST classing:away *=404",
    ),
    "reports:quality_reopen": (
        "GET *=405",
        "POST *=404",
        "POST classing:own head,leader=422 *=404",
        "POST classing:away *=404",
    ),
    "reports:quality_sheet": OF_A_PERSON,
    "reports:quality_items": (
        "GET *=404",
        "POST *=405",
        "GET classed:own *=404",  # no figure is named
        "GET classed:away *=404",
    ),
    "reports:quality_comment": (
        "GET *=405",
        "POST *=404",
        "POST classed:own officer=422 head,leader=403 *=404",
        "POST classed:other outsider=422 *=404",
        "POST classed:away *=404",
    ),
    "reports:quality_judge": (
        "GET *=405",
        "POST *=404",
        "POST classed:own head,leader=422 officer=403 *=404",
        "POST classed:other outsider=403 *=404",
        "POST classed:away *=404",
    ),
    "reports:report_detail": reads(),
    "reports:report_dossiers": (
        "GET *=404",
        "POST *=405",
        "GET report:own *=404",  # without a column no figure is named
        "GET report:away *=404",
    ),
    "reports:report_export": reads(),
    "reports:report_list": (
        f"GET {SEES}=200 *=403",
        "POST *=405",
    ),
    "reports:report_make": (
        "GET *=405",
        f"POST {SEES}=422 *=403",
    ),
    "reports:report_print": (
        "GET *=404",
        "POST *=404",
        f"GET report:own {OWN}=200 *=404",
        f"POST report:own {OWN}=200 *=404",
        "GET report:other overseer,superuser=200 *=404",
        "POST report:other overseer,superuser=200 *=404",
        "GET report:away *=404",
        "POST report:away *=404",
    ),
    "reports:report_review": ACTS,
    "reports:report_sign": ACTS,
}
