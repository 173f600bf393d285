"""Routes of documents: a document of the cast's agency lies with its first division, one of the
other agency with the outsider; so do the drafts."""

from __future__ import annotations

READERS = "officer,head,leader,records_clerk"
DRAFTERS = "officer,head,leader"
COUNTS = "head,leader,records_clerk,overseer,superuser"  # who sees figures of some body


def reads(kind: str) -> tuple[str, ...]:
    return (
        "GET *=404",
        "POST *=405",
        f"GET {kind}:own {READERS}=200 *=404",
        f"GET {kind}:other outsider=200 *=404",
        f"GET {kind}:away *=404",
    )


def drafts(kind: str, answer: str = "200") -> tuple[str, ...]:
    """A draft that waits for its head: the registry does not see it yet."""
    return (
        "GET *=404",
        "POST *=405",
        f"GET {kind}:own {DRAFTERS}={answer} *=404",
        f"GET {kind}:other outsider={answer} *=404",
        f"GET {kind}:away *=404",
    )


ACCESS: dict[str, tuple[str, ...]] = {
    "documents:desk_page": ("GET head,leader=200 *=403", "POST *=405"),
    "documents:desk_read": ("GET *=405", "POST *=302"),  # nothing of his is named: nothing happens
    "documents:desk_give": (
        "GET *=405",
        "POST *=404",
        "POST incoming:own officer,head,leader,records_clerk=409 *=404",  # somebody has it
        "POST arrived:own leader,records_clerk=409 *=404",
        "POST incoming:away *=404",
    ),
    "documents:share_page": (f"GET {COUNTS}=200 *=403", "POST *=405"),
    "documents:share_rows": (
        f"GET {COUNTS}=404 *=403",
        "POST *=405",
        "GET share:own leader,records_clerk,overseer,superuser=200 head=404 *=403",
        "GET share:other overseer,superuser=200 head,leader,records_clerk=404 *=403",
        f"GET share:away {COUNTS}=404 *=403",
    ),
    "documents:book_page": ("GET leader,records_clerk=200 *=403", "POST *=405"),
    "documents:book_export": ("GET leader,records_clerk=200 *=403", "POST *=405"),
    "documents:book_print": (  # a short one is not ordered: shown again
        "GET leader,records_clerk=200 *=403",
        "POST leader,records_clerk=200 *=403",
    ),
    "documents:incoming_list": (f"GET {READERS},outsider=200 *=403", "POST *=405"),
    "documents:incoming_enter": ("GET records_clerk=200 *=403", "POST records_clerk=422 *=403"),
    "documents:incoming_detail": (
        *reads("incoming"),
        "GET arrived:own leader,records_clerk=200 *=404",  # nobody has it yet but the register
        "GET arrived:away *=404",
    ),
    "documents:incoming_slip": reads("incoming"),
    "documents:incoming_file": reads("incoming_file"),
    "documents:incoming_submitted": reads("incoming_file"),
    "documents:registry_list": ("GET superuser=200 *=403", "POST *=405"),
    "documents:registry_create": ("GET superuser=200 *=403", "POST superuser=422 *=403"),
    "documents:registry_edit": (
        "GET *=404",
        "POST *=404",
        "GET registry:own superuser=200 *=404",
        "POST registry:own superuser=422 *=404",
        "GET registry:away *=404",
        "POST registry:away *=404",
    ),
    "documents:registry_certificates": (
        "GET *=404",
        "POST *=404",
        "GET registry:own superuser=200 *=404",
        "POST registry:own superuser=422 *=404",
        "GET registry:away *=404",
        "POST registry:away *=404",
    ),
    "documents:sign_page": (f"GET {READERS},outsider=200 *=403", "POST *=405"),
    "documents:sign_prepare": ("GET *=405", "POST *=404"),
    "documents:sign_complete": ("GET *=405", "POST *=404"),
    "documents:confirmation_begin": ("GET *=405", "POST *=404"),
    "documents:confirmation_page": ("GET *=404", "POST *=404"),
    "papers:certificate_list": ("GET *=200", "POST *=422"),
    # an empty form: 422 for who is offered that act, 409 for who sees the document and is not
    "documents:incoming_act": (
        "GET *=405",
        "POST *=404",
        "POST incoming/y-kien:own leader=422 officer,head,records_clerk=409 *=404",
        "POST incoming/trinh:own records_clerk=422 officer,head,leader=409 *=404",
        "POST incoming/sua-so:own records_clerk=422 officer,head,leader=409 *=404",
        "POST incoming/xong:own officer,head,leader,records_clerk=409 *=404",
        "POST arrived/tu-choi:own records_clerk=422 leader=409 *=404",
        "POST incoming/tu-choi:own officer,head,leader,records_clerk=409 *=404",
        "POST incoming/dong-y-thu-hoi:own officer,head,leader,records_clerk=409 *=404",
        "POST incoming/y-kien:other outsider=409 *=404",
        "POST incoming/y-kien:away *=404",
    ),
    "documents:outgoing_list": (f"GET {READERS},outsider=200 *=403", "POST *=405"),
    "documents:outgoing_begin": (
        f"GET {DRAFTERS},outsider=200 *=403",
        f"POST {DRAFTERS},outsider=422 *=403",
    ),
    "documents:outgoing_detail": drafts("outgoing"),
    "documents:outgoing_paper": drafts("outgoing"),
    "documents:outgoing_edition": drafts("outgoing_file", "404"),  # there is none yet
    "documents:outgoing_version": drafts("outgoing_version"),
    "documents:outgoing_annex": drafts("outgoing_file"),
    "documents:outgoing_submitted": drafts("outgoing_file"),
    "documents:outgoing_findings": drafts("outgoing"),
    "documents:outgoing_edit": (  # handed in: nobody writes on
        "GET *=404",
        "POST *=404",
        f"GET outgoing:own {DRAFTERS}=409 *=404",
        f"POST outgoing:own {DRAFTERS}=409 *=404",
        "POST outgoing:other outsider=409 *=404",
        "POST outgoing:away *=404",
    ),
    "documents:outgoing_act": (
        "GET *=405",
        "POST *=404",
        "POST outgoing/duyet:own head,leader=422 officer=409 *=404",
        "POST outgoing/xin-y-kien:own officer=422 head,leader=409 *=404",
        f"POST outgoing/cap-so:own {DRAFTERS}=409 *=404",
        "POST outgoing/duyet:other outsider=409 *=404",
        "POST outgoing/duyet:away *=404",
    ),
}
