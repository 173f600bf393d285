"""Routes of procedures, dossiers and the counter; the acts on a dossier."""

from __future__ import annotations

# Acts on the own dossier, by the word of their address: who gets the form. The others are led back
# to the dossier when they have other acts there (BUSY), else refused.
BUSY = ("clerk", "officer", "head", "leader", "records_clerk")
ACTS: dict[str, tuple[str, ...]] = {
    "tiep-nhan": (),
    "yeu-cau-bo-sung": (),
    "khong-tiep-nhan": (),
    "dong": (),
    "nhan-bo-sung": (),
    "xac-nhan-nop": (),
    "thu-phi": (),
    "cho-rut": (),
    "khong-cho-rut": (),
    "tra-ket-qua": (),
    "phan-cong": ("head", "leader"),
    "chuyen-buoc": ("officer",),
    "du-thao": ("officer",),
    "bo-sung": ("officer", "head", "leader"),
    "y-kien": ("officer",),
    "nghia-vu": ("officer",),
    "gia-han": ("officer", "head", "leader"),
    "ky-gia-han": (),
    "khong-gia-han": (),
    "phieu-kiem-soat": BUSY,
    "mat-giay": ("clerk",),
    "tra-lai": (),
    "nhan-xu-ly": ("head", "leader"),
    "tu-choi": ("head", "leader"),
    "dung": ("head", "leader"),
    "xin-rut": ("clerk",),
    "huy": (),
    "hoi-chu-tri": (),
    "tu-choi-phan-viec": (),
    "tra-loi-phan-viec": (),
    "giao-lai-phan-viec": (),
    "bo-qua-phan-viec": (),
    "hoan-phi": (),
}


def lines_of(act: str) -> list[str]:
    """The lines of one act: who sees the dossier, who gets the form, and what an empty form says.

    An empty form names no step, so whoever works on dossiers is told that somebody was faster.
    """
    gets = dict.fromkeys(BUSY, "302") | dict.fromkeys(ACTS[act], "200")
    named = " ".join(f"{person}={answer}" for person, answer in gets.items())
    readers = "overseer,superuser=403"
    return [
        f"GET dossier/{act}:own {named} agency_admin,editor,outsider=404 *=403",
        f"GET dossier/{act}:other outsider={gets['officer']} {readers} *=404",
        f"GET dossier/{act}:away *=404",
        f"POST dossier/{act}:own {','.join(BUSY)}=409 {readers} *=404",
        f"POST dossier/{act}:other outsider=409 {readers} *=404",
        f"POST dossier/{act}:away *=404",
    ]


ACCESS: dict[str, tuple[str, ...]] = {
    "onestop:approval_bulk": (
        "GET *=405",
        "POST head,leader=- *=403",
    ),
    "onestop:approval_decide": (
        "GET *=404",
        "POST *=404",
        "GET dossier:own head,leader=302 agency_admin,editor,outsider=404 *=403",
        "GET dossier:other overseer,outsider,superuser=403 *=404",
        "GET dossier:away *=404",
        "POST dossier:own head,leader=409 agency_admin,editor,outsider=404 *=403",
        "POST dossier:other overseer,outsider,superuser=403 *=404",
        "POST dossier:away *=404",
    ),
    "onestop:approval_list": (
        "GET head,leader=200 *=403",
        "POST *=405",
    ),
    "onestop:dossier_act": (
        "GET *=404",
        "POST *=404",
    ),
    "onestop:dossier_bulk": (
        "GET *=405",
        "POST agency_admin,overseer,editor,superuser=403 *=302",
    ),
    "onestop:dossier_correct": (
        "GET *=404",
        "POST *=404",
        "GET dossier:own clerk=200 agency_admin,editor,outsider=404 *=403",
        "GET dossier:other overseer,outsider,superuser=403 *=404",
        "GET dossier:away *=404",
        "POST dossier:own clerk=- agency_admin,editor,outsider=404 *=403",
        "POST dossier:other overseer,outsider,superuser=403 *=404",
        "POST dossier:away *=404",
    ),
    "onestop:dossier_detail": (
        "GET *=404",
        "POST *=405",
        "GET dossier:own agency_admin,editor,outsider=404 *=200",
        "GET dossier:other overseer,outsider,superuser=200 *=404",
        "GET dossier:away *=404",
    ),
    "onestop:dossier_readers": (
        "GET *=404",
        "POST *=404",
        "GET dossier:own clerk=200 agency_admin,editor,outsider=404 *=403",
        "POST dossier:own clerk=422 agency_admin,editor,outsider=404 *=403",
        "GET dossier:away *=404",
    ),
    "onestop:dossier_export": (
        "GET agency_admin,editor,superuser=403 *=200",
        "POST *=405",
    ),
    "onestop:dossier_file": (
        "GET *=404",
        "POST *=405",
        "GET file:own agency_admin,editor,outsider=404 *=200",
        "GET file:other overseer,outsider,superuser=200 *=404",
        "GET file:away *=404",
    ),
    "onestop:dossier_list": (
        "GET agency_admin,editor=403 *=200",
        "POST *=405",
    ),
    "onestop:dossier_note": (
        "GET *=405",
        "POST *=404",
        "POST dossier:own agency_admin,editor,outsider=404 overseer,superuser=403 *=-",
        "POST dossier:other overseer,superuser=403 outsider=- *=404",
        "POST dossier:away *=404",
    ),
    "onestop:dossier_receive": (
        "GET clerk=200 *=403",
        "POST clerk=409 *=403",
    ),
    "onestop:dossier_print": (
        "GET *=405",
        "POST clerk,officer,head,leader,records_clerk,outsider=302 *=403",
    ),
    "onestop:dossier_received": (
        "GET *=404",
        "POST *=405",
        "GET dossier:own agency_admin,editor,outsider=404 *=200",
        "GET dossier:other overseer,outsider,superuser=200 *=404",
        "GET dossier:away *=404",
    ),
    "onestop:dossier_search": (
        "GET *=200",
        "POST *=302",
    ),
    "onestop:load_list": (
        "GET head,leader=200 *=403",
        "POST *=405",
    ),
    "onestop:load_reassign": (
        "GET *=405",
        "POST head,leader=302 *=403",
    ),
    "onestop:opinion_answer": (
        "GET *=405",
        "POST *=404",
        "POST opinion:own leader,records_clerk=- agency_admin,editor,outsider=404 *=403",
        "POST opinion:other overseer,outsider,superuser=403 *=404",
        "POST opinion:away *=404",
    ),
    "onestop:paper_print": (
        "GET *=405",
        "POST *=404",
        "POST printed:own agency_admin,editor,outsider=404 overseer,superuser=403 *=-",
        "POST printed:other overseer,superuser=403 outsider=- *=404",
        "POST printed:away *=404",
    ),
    "onestop:procedure_create": (
        "GET editor,superuser=200 *=403",
        "POST editor,superuser=- *=403",
    ),
    "onestop:procedure_detail": (
        "GET *=404",
        "POST *=405",
        "GET procedure:own clerk,officer,records_clerk,outsider=404 *=200",
        "GET procedure:away *=404",
    ),
    "onestop:procedure_discard": (
        "GET *=405",
        "POST *=404",
        "POST procedure:own head,leader,agency_admin,overseer=403 editor,superuser=409 *=404",
        "POST procedure:away *=404",
    ),
    "onestop:procedure_edit": (
        "GET *=404",
        "POST *=404",
        "GET procedure:own head,leader,agency_admin,overseer=403 editor,superuser=200 *=404",
        "GET procedure:away *=404",
        "POST procedure:own head,leader,agency_admin,overseer=403 editor,superuser=- *=404",
        "POST procedure:away *=404",
        "GET waiting:own head,leader,agency_admin,overseer=403 editor,superuser=200 *=404",
        "POST waiting:own head,leader,agency_admin,overseer=403 editor,superuser=- *=404",
    ),
    "onestop:procedure_import": (
        "GET editor,superuser=200 *=403",
        "POST editor,superuser=- *=403",
    ),
    "onestop:procedure_import_preview": (
        "GET editor,superuser=404 *=403",
        "POST editor,superuser=404 *=403",
        "GET preview:own editor=200 superuser=404 *=403",
        "GET preview:away editor,superuser=404 *=403",
        "POST preview:own editor=409 superuser=404 *=403",
        "POST preview:away editor,superuser=404 *=403",
    ),
    "onestop:procedure_list": (
        "GET clerk,officer,records_clerk,outsider=403 *=200",
        "POST *=405",
    ),
    "onestop:procedure_public_list": (
        "GET anonymous,stranger=200 *=200",
        "POST anonymous,stranger=405 *=405",
    ),
    "onestop:procedure_publish": (
        "GET *=405",
        "POST *=404",
        "POST procedure:own head,leader,agency_admin,overseer=403 editor,superuser=- *=404",
        "POST procedure:away *=404",
    ),
    "onestop:procedure_withdraw": (
        "GET *=405",
        "POST *=404",
        "POST procedure:own head,leader,agency_admin,overseer=403 editor,superuser=- *=404",
        "POST procedure:away *=404",
    ),
    "onestop:process_detail": (
        "GET *=404",
        "POST *=405",
        "GET process:own clerk,officer,records_clerk,outsider=404 *=200",
        "GET process:away *=404",
    ),
    "onestop:process_discard": (
        "GET *=405",
        "POST *=404",
        "POST process:own head,leader,agency_admin,overseer=403 editor,superuser=409 *=404",
        "POST process:away *=404",
    ),
    "onestop:process_draft": (
        "GET *=405",
        "POST *=404",
        "POST procedure:own head,leader,agency_admin,overseer=403 editor,superuser=- *=404",
        "POST procedure:away *=404",
    ),
    "onestop:process_edit": (
        "GET *=404",
        "POST *=404",
        "GET process:own head,leader,agency_admin,overseer=403 editor,superuser=409 *=404",
        "GET process:away *=404",
        "POST process:own head,leader,agency_admin,overseer=403 editor,superuser=409 *=404",
        "POST process:away *=404",
    ),
    "onestop:process_import": (
        "GET editor,superuser=200 *=403",
        "POST editor,superuser=- *=403",
    ),
    "onestop:process_import_preview": (
        "GET editor,superuser=404 *=403",
        "POST editor,superuser=404 *=403",
    ),
    "onestop:process_list": (
        "GET clerk,officer,records_clerk,outsider=403 *=200",
        "POST *=405",
    ),
    "onestop:process_use": (
        "GET *=405",
        "POST *=404",
        "POST process:own head,leader,agency_admin,overseer=403 editor,superuser=409 *=404",
        "POST process:away *=404",
    ),
    "onestop:register": (
        "GET agency_admin,editor,superuser=403 *=200",
        "POST *=405",
    ),
    "onestop:register_export": (
        "GET clerk,leader,records_clerk,overseer,outsider=200"
        " agency_admin,editor,superuser=403 *=404",
        "POST *=405",
    ),
    "onestop:register_print": (
        "GET clerk,leader,records_clerk,overseer,outsider=200"
        " agency_admin,editor,superuser=403 *=404",
        "POST clerk,leader,records_clerk,overseer,outsider=200"
        " agency_admin,editor,superuser=403 *=404",
    ),
    "onestop:result_letter": (
        "GET *=404",
        "POST *=405",
        "GET dossier:own *=404",  # not released yet
        "GET dossier:away *=404",
    ),
    "onestop:result_write": (
        "GET *=404",
        "POST *=404",
        "GET dossier:own officer=200 clerk,head,leader,records_clerk,overseer,superuser=403 *=404",
        "GET dossier:other outsider=200 overseer,superuser=403 *=404",
        "GET dossier:away *=404",
        "POST dossier:own officer=- clerk,head,leader,records_clerk,overseer,superuser=403 *=404",
        "POST dossier:away *=404",
    ),
    "onestop:slip_confirm": (
        "GET *=405",
        "POST *=404",
        "POST slip:own clerk,overseer,superuser=403 leader,records_clerk=- *=404",
        "POST slip:other overseer,superuser=403 outsider=- *=404",
        "POST slip:away *=404",
    ),
    "onestop:slip_detail": (
        "GET *=404",
        "POST *=405",
        "GET slip:own clerk,leader,records_clerk,overseer,superuser=200 *=404",
        "GET slip:other outsider,overseer,superuser=200 *=404",
        "GET slip:away *=404",
    ),
    "onestop:slip_list": (
        "GET clerk,officer,head,leader,records_clerk,outsider=200 *=403",
        "POST *=405",
    ),
    "onestop:slip_new": (
        "GET *=405",
        "POST clerk,officer,head,leader,records_clerk,outsider=302 *=403",
    ),
    "onestop:slip_print": (
        "GET *=404",
        "POST *=405",
        "GET slip:own clerk,leader,records_clerk,overseer,superuser=200 *=404",
        "GET slip:away *=404",
    ),
    "onestop:slip_refuse": (
        "GET *=405",
        "POST *=404",
        "POST slip:own clerk,leader,records_clerk,overseer,superuser=422 *=404",
        "POST slip:other outsider,overseer,superuser=422 *=404",
        "POST slip:away *=404",
    ),
    "onestop:slip_take_back": (
        "GET *=405",
        "POST *=404",
        "POST slip:own clerk,leader,records_clerk=- overseer,superuser=403 *=404",
        "POST slip:away *=404",
    ),
    "onestop:view_delete": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:view_list": (
        "GET agency_admin,editor=403 *=200",
        "POST *=405",
    ),
    "onestop:view_open": (
        "GET *=404",
        "POST *=405",
    ),
    "onestop:view_rename": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:view_save": (
        "GET agency_admin,editor=403 *=200",
        "POST agency_admin,editor=403 *=-",
    ),
    "onestop:uncollected_list": (
        "GET clerk=200 *=403",
        "POST *=405",
    ),
    "onestop:visit_detail": (
        "GET *=404",
        "POST *=405",
        "GET visit:own clerk=200 *=404",
        "GET visit:other *=404",
        "GET visit:away *=404",
    ),
    "onestop:visit_list": (
        "GET clerk=200 *=403",
        "POST *=302",
    ),
    "onestop:visit_print": (
        "GET *=405",
        "POST *=404",
        "POST visit:own clerk=- *=404",
        "POST visit:other *=404",
        "POST visit:away *=404",
    ),
}
