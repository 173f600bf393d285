"""Who gets which answer from which route: the table of tests/test_access.py.

One line per route and place: `METHOD [kind:place] person,person=answer … *=answer`.
- method: GET or POST. A POST sends an empty form, or that of DATA, for people who must be
  turned away; `-` stands for who may: what becomes of his form is tested in its app;
- kind:place names an object of tests/access_objects.py: own (the agency of the cast), other (unit
  of the same province), away (other province); without it the numbers in the address name nothing;
  `dossier/tiep-nhan:own` is the act of that address on the dossier;
- answer: a status, or `login` for the way to the sign-in page; `*` is everybody not named;
- anonymous and stranger (signed in at the other province) get `login` unless the line says else.
"""

from __future__ import annotations

from typing import Any

PEOPLE = (
    "clerk",
    "officer",
    "head",
    "leader",
    "records_clerk",
    "agency_admin",
    "overseer",
    "editor",
    "outsider",
    "superuser",
)

# Arguments of addresses whose patterns take more than a number or a word
ARGUMENTS: dict[str, dict[str, Any]] = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "a-b"},
    "openid_connect_login": {"provider_id": "khong-co"},
    "openid_connect_callback": {"provider_id": "khong-co"},
}


# A whole form where an empty one would be told its faults before it is refused
DATA = {
    "onestop:dossier_note": {"text": "Ghi chú"},
    "onestop:opinion_answer": {"answer": "Đồng ý"},
}

# Acts on the own dossier, by the word of their address: who gets the form. The others are led back
# to the dossier when they have other acts there (BUSY), else refused.
BUSY = ("clerk", "officer", "head", "leader")
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
    "tra-lai": (),
    "nhan-xu-ly": ("head", "leader"),
    "tu-choi": ("head", "leader"),
    "dung": ("head", "leader"),
    "xin-rut": ("clerk",),
    "huy": (),
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
        f"POST dossier/{act}:own {','.join(BUSY)},records_clerk=409 {readers} *=404",
        f"POST dossier/{act}:other outsider=409 {readers} *=404",
        f"POST dossier/{act}:away *=404",
    ]


ACCESS: dict[str, tuple[str, ...]] = {
    "account_change_password": ("GET *=200",),
    "account_inactive": ("GET anonymous,stranger=200 *=200",),
    "account_login": ("GET anonymous,stranger=200 *=302",),
    "account_logout": ("GET anonymous,stranger=302 *=200",),
    "account_reauthenticate": ("GET *=200",),
    "account_reset_password": ("GET anonymous,stranger=200 *=200",),
    "account_reset_password_done": ("GET anonymous,stranger=200 *=200",),
    "account_reset_password_from_key": ("GET anonymous,stranger=200 *=200",),
    "account_reset_password_from_key_done": ("GET anonymous,stranger=200 *=200",),
    "account_set_password": ("GET *=302",),
    "account_signup": ("GET anonymous,stranger=200 *=302",),
    "mfa_activate_totp": ("GET *=302",),
    "mfa_authenticate": ("GET *=302",),
    "mfa_deactivate_totp": ("GET *=404",),
    "mfa_download_recovery_codes": ("GET *=404",),
    "mfa_generate_recovery_codes": ("GET *=302",),
    "mfa_index": ("GET *=200",),
    "mfa_reauthenticate": ("GET *=302",),
    "mfa_view_recovery_codes": ("GET *=404",),
    "notifications:list": ("GET *=200",),
    "notifications:mail_choose": ("GET *=405",),
    "notifications:mailbox": ("GET anonymous,stranger=404 *=404",),
    "notifications:mailbox_letter": (
        "GET anonymous,stranger=404 *=404",
        "POST anonymous,stranger=405 *=405",
    ),
    "notifications:open": (
        "GET *=404",
        "POST *=405",
    ),
    "notifications:read": (
        "GET *=405",
        "POST *=404",
    ),
    "notifications:read_all": ("GET *=405",),
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
    "onestop:procedure_public": (
        "GET anonymous,stranger=404 *=404",
        "POST anonymous,stranger=405 *=405",
        "GET procedure:own anonymous,stranger=200 *=200",
        "GET procedure:away anonymous,stranger=404 *=404",
        "GET waiting:own anonymous,stranger=404 *=404",
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
    "openid_connect_callback": ("GET anonymous,stranger=404 *=404",),
    "openid_connect_login": ("GET anonymous,stranger=404 *=404",),
    "organizations:calendar": (
        "GET editor,superuser=200 *=403",
        "POST *=405",
    ),
    "organizations:calendar_confirm": (
        "GET *=405",
        "POST editor,superuser=- *=403",
    ),
    "organizations:calendar_propose": (
        "GET *=405",
        "POST editor,superuser=- *=403",
    ),
    "organizations:calendar_remove": (
        "GET *=405",
        "POST editor,superuser=404 *=403",
    ),
    "organizations:calendar_set": (
        "GET *=405",
        "POST editor,superuser=- *=403",
    ),
    "organizations:delegation_give": ("GET *=200",),
    "organizations:delegation_record": (
        "GET person:own head,leader,overseer=403 agency_admin,superuser=200 *=404",
        "GET person:other overseer=403 superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=404",
    ),
    "organizations:delegation_revoke": (
        "GET *=405",
        "POST *=404",
    ),
    "organizations:field_assign": (
        "GET person:own head,leader,overseer=403 agency_admin,superuser=200 *=404",
        "GET person:other overseer=403 superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=404",
    ),
    "organizations:field_end": (
        "GET *=404",
        "POST *=404",
    ),
    "organizations:pattern_change": (
        "GET editor,superuser=200 *=403",
        "POST editor,superuser=- *=403",
    ),
    "organizations:people_import": ("GET agency_admin,superuser=200 *=403",),
    "organizations:people_import_confirm": ("GET *=405",),
    "organizations:person_change": (
        "GET person:own head,leader,overseer=403 agency_admin,superuser=200 *=404",
        "GET person:other overseer=403 superuser=200 *=404",
        "GET person:away *=404",
        "POST person:own head,leader,overseer=403 agency_admin,superuser=- *=404",
        "POST person:other overseer=403 superuser=- *=404",
        "POST person:away *=404",
    ),
    "organizations:person_create": ("GET agency_admin,superuser=200 *=403",),
    "organizations:person_detail": (
        "GET person:own clerk,officer,records_clerk,editor,outsider=404 *=200",
        "GET person:other overseer,superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=405",
    ),
    "organizations:person_disable": (
        "GET person:own head,leader,overseer=403 agency_admin,superuser=200 *=404",
        "GET person:other overseer=403 superuser=200 *=404",
        "GET person:away *=404",
        "POST person:own head,leader,overseer=403 agency_admin,superuser=- *=404",
        "POST person:other overseer=403 superuser=- *=404",
        "POST person:away *=404",
    ),
    "organizations:person_enable": (
        "GET *=405",
        "POST person:own head,leader,overseer=403 agency_admin,superuser=- *=404",
        "POST person:other overseer=403 superuser=- *=404",
        "POST person:away *=404",
    ),
    "organizations:person_link": (
        "GET *=405",
        "POST person:own head,leader,overseer=403 agency_admin,superuser=- *=404",
        "POST person:other overseer=403 superuser=- *=404",
        "POST person:away *=404",
    ),
    "organizations:person_list": ("GET clerk,officer,records_clerk,editor,outsider=403 *=200",),
    "organizations:position_end": (
        "GET *=404",
        "POST *=404",
    ),
    "organizations:position_give": (
        "GET person:own head,leader,overseer=403 agency_admin,superuser=200 *=404",
        "GET person:other overseer=403 superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=404",
    ),
    "organizations:profile": ("GET *=200",),
    "organizations:rules_change": (
        "GET editor,superuser=404 *=403",
        "POST editor,superuser=404 *=403",
    ),
    "organizations:rules_list": (
        "GET editor,superuser=200 *=403",
        "POST *=405",
    ),
    "organizations:second_factor_ask": (
        "GET person:own head,leader,overseer=403 agency_admin,superuser=200 *=404",
        "GET person:other overseer=403 superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=404",
    ),
    "organizations:second_factor_confirm": (
        "GET *=405",
        "POST *=404",
    ),
    "organizations:second_factor_withdraw": (
        "GET *=405",
        "POST *=404",
    ),
    "organizations:unit_change": (
        "GET unit:own head,leader,agency_admin,overseer=403 superuser=200 *=404",
        "GET unit:other overseer=403 superuser=200 *=404",
        "GET unit:away *=404",
        "POST unit:own head,leader,agency_admin,overseer=403 superuser=- *=404",
        "POST unit:other overseer=403 superuser=- *=404",
        "POST unit:away *=404",
    ),
    "organizations:unit_close": (
        "GET unit:own head,leader,agency_admin,overseer=403 superuser=200 *=404",
        "GET unit:other overseer=403 superuser=200 *=404",
        "GET unit:away *=404",
        "POST unit:own head,leader,agency_admin,overseer=403 superuser=- *=404",
        "POST unit:other overseer=403 superuser=- *=404",
        "POST unit:away *=404",
    ),
    "organizations:unit_create": (
        "GET unit:own head,leader,agency_admin,overseer=403 superuser=200 *=404",
        "GET unit:other overseer=403 superuser=200 *=404",
        "GET unit:away *=404",
        "POST unit:own head,leader,agency_admin,overseer=403 superuser=- *=404",
        "POST unit:other overseer=403 superuser=- *=404",
        "POST unit:away *=404",
    ),
    "organizations:unit_detail": (
        "GET unit:own clerk,officer,records_clerk,editor,outsider=404 *=200",
        "GET unit:other overseer,superuser=200 *=404",
        "GET unit:away *=404",
        "POST unit:away *=405",
    ),
    "organizations:unit_list": ("GET clerk,officer,records_clerk,editor,outsider=403 *=200",),
    "organizations:unit_merge": (
        "GET unit:own head,leader,agency_admin,overseer=403 superuser=200 *=404",
        "GET unit:other overseer=403 superuser=200 *=404",
        "GET unit:away *=404",
        "POST unit:own head,leader,agency_admin,overseer=403 superuser=- *=404",
        "POST unit:other overseer=403 superuser=- *=404",
        "POST unit:away *=404",
    ),
    "portal:accessibility": ("GET anonymous,stranger=200 *=200",),
    "portal:health": ("GET agency_admin,superuser=200 *=403",),
    "portal:health_retry": ("GET *=405",),
    "portal:help": ("GET anonymous,stranger=200 *=200",),
    "portal:home": ("GET anonymous,stranger=200 *=302",),
    "portal:lookup": ("GET anonymous,stranger=200 *=200",),
    "portal:lookup_result": ("GET anonymous,stranger=410 *=410",),
    "portal:my_work": ("GET *=200",),
    "portal:opinions": ("GET *=200",),
    "portal:qr": ("GET anonymous,stranger=404 *=404",),
    "portal:security_txt": ("GET anonymous,stranger=404 *=404",),
    "portal:set_language": (
        "GET anonymous,stranger=200 *=302",
        "POST anonymous,stranger=200 *=302",
    ),
    "socialaccount_login_cancelled": ("GET anonymous,stranger=200 *=200",),
    "socialaccount_login_error": ("GET anonymous,stranger=401 *=401",),
    "socialaccount_signup": ("GET *=login",),
    "usersessions_list": ("GET *=200",),
}
