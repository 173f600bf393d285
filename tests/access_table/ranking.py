"""Routes of the yearly assessment and ranking."""

from __future__ import annotations

# The leader fills in and submits the form of his agency; nobody of the cast runs the year.
NOBODY = ("GET *=404", "POST *=405")


def reads(kind: str) -> tuple[str, ...]:
    """A page of the year or its framework: whoever takes part in it."""
    return (*NOBODY, f"GET {kind}:own leader=200 *=404", f"GET {kind}:away *=404")


def sheets(kind: str) -> tuple[str, ...]:
    """A page of one form: its own unit."""
    return (
        *NOBODY,
        f"GET {kind}:own leader=200 *=404",
        f"GET {kind}:other *=404",
        f"GET {kind}:away *=404",
    )


def runs(kind: str) -> tuple[str, ...]:
    """A page of who runs the year and of its council: others see the year and are refused."""
    return (*NOBODY, f"GET {kind}:own leader=403 *=404", f"GET {kind}:away *=404")


def acts(kind: str) -> tuple[str, ...]:
    """An act of who runs the year or sits in its council."""
    return (
        "GET *=405",
        "POST *=404",
        f"POST {kind}:own leader=403 *=404",
        f"POST {kind}:away *=404",
    )


def public() -> tuple[str, ...]:
    """A page of a year that is not published."""
    return ("GET anonymous,stranger=404 *=404", "POST anonymous,stranger=405 *=405")


ACCESS: dict[str, tuple[str, ...]] = {
    "ranking:framework_list": ("GET leader=200 *=403", "POST *=405"),
    "ranking:framework_bring_in": ("GET *=403", "POST *=403"),
    "ranking:framework_detail": reads("criteria"),
    "ranking:framework_file": reads("criteria"),
    "ranking:framework_publish": acts("criteria"),
    "ranking:framework_copy": (
        "GET *=405",
        "POST *=404",
        "POST criteria:own leader=422 *=404",  # an empty form
        "POST criteria:away *=404",
    ),
    "ranking:framework_ask": (
        "GET *=405",
        "POST *=404",
        "POST criteria:own leader=422 *=404",
        "POST criteria:away *=404",
    ),
    "ranking:framework_comment": (
        "GET *=405",
        "POST *=404",
        "POST criteria:own leader=422 *=404",
        "POST criteria:away *=404",
    ),
    "ranking:comment_answer": ("GET *=405", "POST *=404"),
    "ranking:criterion_try": (
        "GET *=404",
        "POST *=404",
        "GET criterion:own leader=200 *=404",
        "GET criterion:away *=404",
    ),
    "ranking:criterion_withdraw": (
        "GET *=405",
        "POST *=404",
        "POST criterion:own leader=403 *=404",
        "POST criterion:away *=404",
    ),
    "ranking:dry_run": ("GET *=403", "POST *=403"),
    "ranking:cycle_list": ("GET leader=200 *=403", "POST *=405"),
    "ranking:cycle_create": ("GET *=403", "POST *=403"),
    "ranking:cycle_detail": reads("year"),
    "ranking:cycle_edit": (
        "GET *=404",
        "POST *=404",
        "GET year:own leader=403 *=404",
        "POST year:own leader=403 *=404",
        "GET year:away *=404",
    ),
    "ranking:cycle_units": (
        "GET *=404",
        "POST *=404",
        "GET year:own leader=403 *=404",
        "POST year:own leader=403 *=404",
        "GET year:away *=404",
    ),
    "ranking:cycle_move": acts("year"),
    "ranking:cycle_measure": acts("year"),
    "ranking:figure_enter": acts("verdict"),
    "ranking:seat_give": acts("year"),
    "ranking:seat_end": ("GET *=405", "POST *=404"),
    "ranking:cycle_progress": runs("year"),
    "ranking:assessment_day": (
        "GET *=404",
        "POST *=404",
        "GET judged:own leader=403 *=404",
        "POST judged:own leader=403 *=404",
        "GET judged:away *=404",
    ),
    "ranking:assessment_reopen": acts("judged"),
    "ranking:appraisal_unit": runs("judged"),
    "ranking:appraisal_accept": acts("judged"),
    "ranking:appraisal_decide": (
        "GET *=404",
        "POST *=404",
        "GET verdict:own leader=403 *=404",
        "POST verdict:own leader=403 *=404",
        "GET verdict:away *=404",
    ),
    "ranking:inquiry_ask": acts("verdict"),
    "ranking:appeal_answer": ("GET *=405", "POST *=404"),
    "ranking:cycle_results": runs("year"),
    "ranking:publication_prepare": acts("year"),
    "ranking:publication_approve": ("GET *=405", "POST *=404"),
    "ranking:publication_drop": ("GET *=405", "POST *=404"),
    "ranking:publication_correct": acts("year"),
    "ranking:assessment_list": ("GET *=200", "POST *=405"),
    "ranking:assessment_overview": sheets("sheet"),
    "ranking:assessment_area": sheets("area"),
    "ranking:answer_save": (
        "GET *=405",
        "POST *=404",
        "POST answer:own leader=- *=404",
        "POST answer:other *=404",
        "POST answer:away *=404",
    ),
    "ranking:criterion_give": (
        "GET *=405",
        "POST *=404",
        "POST answer:own leader=- *=404",
        "POST answer:other *=404",
        "POST answer:away *=404",
    ),
    "ranking:evidence_add": (
        "GET *=404",
        "POST *=404",
        "GET answer:own leader=200 *=404",
        "POST answer:own leader=422 *=404",
        "POST answer:other *=404",
        "POST answer:away *=404",
    ),
    "ranking:assessment_submit": (
        "GET *=404",
        "POST *=404",
        "GET sheet:own leader=200 *=404",
        "POST sheet:own leader=- *=404",
        "POST sheet:other *=404",
        "GET sheet:away *=404",
    ),
    "ranking:assessment_result": (
        "GET *=404",
        "POST *=405",
        "GET sheet:own *=404",  # not released yet
        "GET sheet:away *=404",
    ),
    "ranking:appeal_file": (
        "GET *=405",
        "POST *=404",
        "POST answer:own leader=409 *=404",  # an empty form
        "POST answer:other *=404",
        "POST answer:away *=404",
    ),
    "ranking:inquiry_reply": ("GET *=405", "POST *=404"),
    "ranking:public_years": (
        "GET anonymous,stranger=200 *=200", "POST anonymous,stranger=405 *=405",
    ),
    "ranking:public_table": public(),
    "ranking:public_method": public(),
    "ranking:public_file": public(),
    "ranking:public_unit": public(),
}  # fmt: skip
