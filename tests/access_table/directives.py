"""Routes of tasks: the agency of the cast gave one to its first division, where the official
answers for it; the other agency has one of its own."""

from __future__ import annotations

PEOPLE = "officer,head,leader,outsider,overseer,superuser"  # who may see tasks somewhere
READERS = "officer,head,leader,overseer,superuser"


def reads(kind: str) -> tuple[str, ...]:
    return (
        "GET *=404",
        "POST *=405",
        f"GET {kind}:own {READERS}=200 *=404",
        f"GET {kind}:other outsider,overseer,superuser=200 *=404",
        f"GET {kind}:away *=404",
    )


ACCESS: dict[str, tuple[str, ...]] = {
    "directives:task_list": (f"GET {PEOPLE}=200 *=403", "POST *=405"),
    "directives:desk_page": (f"GET {PEOPLE}=200 *=403", "POST *=405"),
    "directives:calendar_page": (f"GET {PEOPLE}=200 *=403", f"POST {PEOPLE}=200 *=403"),
    "directives:calendar_withdraw": ("GET *=405", f"POST {PEOPLE}=- *=403"),
    "directives:calendar_feed": (
        "GET anonymous,stranger=404 *=404",
        "POST anonymous,stranger=405 *=405",
    ),
    "directives:board_page": (
        "GET head,leader,overseer,superuser=200 *=403",
        "POST *=405",
    ),
    "directives:board_tasks": (
        "GET head,leader,overseer,superuser=404 *=403",
        "POST *=405",
    ),
    "directives:task_give": ("GET head,leader=200 *=403", "POST head,leader=422 *=403"),
    "directives:task_quote": (
        "GET head,leader=404 *=403",
        "POST *=405",
        "GET quoted:own head,leader=200 *=403",
        "GET quoted:other head,leader=404 *=403",
        "GET quoted:away head,leader=404 *=403",
    ),
    "directives:urge_page": ("GET head,leader=200 *=403", "POST head,leader=422 *=403"),
    "directives:urge_letter": (
        "GET *=404",
        "POST *=405",
        "GET urging:own leader=200 officer,head,overseer,superuser=403 *=404",
        "GET urging:other outsider,overseer,superuser=403 *=404",
        "GET urging:away *=404",
    ),
    "directives:task_import": ("GET head,leader=200 *=403", "POST head,leader=422 *=403"),
    "directives:task_import_template": ("GET head,leader=200 *=403", "POST *=405"),
    "directives:task_import_confirm": ("GET *=405", "POST head,leader=409 *=403"),  # no preview
    "directives:task_detail": reads("task"),
    "directives:task_file": reads("task_file"),
    "directives:task_pass_on": (
        "GET *=404",
        "POST *=404",
        "GET task:own head=200 officer,leader,overseer,superuser=403 *=404",
        "POST task:own head=422 officer,leader,overseer,superuser=403 *=404",
        "GET task:other outsider,overseer,superuser=403 *=404",
        "GET task:away *=404",
        "POST task:away *=404",
    ),
    # an empty form: 422 for who is offered that act, 409 for who sees the task and is not
    "directives:task_act": (
        "GET *=405",
        "POST *=404",
        "POST task/tien-do:own officer,head=422 leader,overseer,superuser=409 *=404",
        "POST task/giao-nguoi:own head=422 officer,leader,overseer,superuser=409 *=404",
        "POST task/huy:own leader=422 officer,head,overseer,superuser=409 *=404",
        "POST task/don-doc:own leader=422 officer,head,overseer,superuser=409 *=404",
        "POST task/trao-doi:own officer,head,leader=422 overseer,superuser=409 *=404",
        f"POST task/quan-tam:own {READERS}=302 *=404",
        "POST task/quan-tam:away *=404",
        "POST task/tien-do:other outsider=422 overseer,superuser=409 *=404",
        "POST task/huy:other outsider,overseer,superuser=409 *=404",
        "POST task/huy:away *=404",
    ),
}
