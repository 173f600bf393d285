"""Routes of linked groups."""

from __future__ import annotations

ACCESS: dict[str, tuple[str, ...]] = {
    "onestop:linked_create": (
        "GET editor,superuser=200 *=403",
        "POST editor,superuser=422 *=403",
    ),
    "onestop:linked_detail": (
        "GET *=404",
        "POST *=405",
        "GET linked:own clerk,officer,records_clerk,outsider=404 *=200",
        "GET linked:away *=404",
    ),
    "onestop:linked_discard": (
        "GET *=405",
        "POST *=404",
        "POST linked:own head,leader,agency_admin,overseer=403 editor,superuser=- *=404",
        "POST linked:away *=404",
    ),
    "onestop:linked_edit": (
        "GET *=404",
        "POST *=404",
        "GET linked:own head,leader,agency_admin,overseer=403 editor,superuser=200 *=404",
        "GET linked:away *=404",
        "POST linked:own head,leader,agency_admin,overseer=403 editor,superuser=422 *=404",
        "POST linked:away *=404",
    ),
    "onestop:linked_end": (
        "GET *=405",
        "POST *=404",
        "POST linked:own head,leader,agency_admin,overseer=403 editor,superuser=409 *=404",
        "POST linked:away *=404",
    ),
    "onestop:linked_list": (
        "GET clerk,officer,records_clerk,outsider=403 *=200",
        "POST *=405",
    ),
    "onestop:linked_publish": (
        "GET *=405",
        "POST *=404",
        "POST linked:own head,leader,agency_admin,overseer=403 editor,superuser=409 *=404",
        "POST linked:away *=404",
    ),
    "onestop:part_figures": (
        "GET head,leader,overseer,superuser=200 *=403",
        "POST *=405",
    ),
}
