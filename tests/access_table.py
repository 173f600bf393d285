"""Who gets which answer from which route: the table of tests/test_access.py.

One line per route and place: `METHOD [kind:place] person=answer … *=answer`.
- method: GET or POST (a POST sends an empty form: use it for people who must be turned away);
- kind:place names an object made by OBJECTS: own (the agency of the cast), other (unit of the same
  province), away (other province); without it the numbers in the address name nothing;
- answer: a status, or `login` for the way to the sign-in page; `*` is everybody not named;
- anonymous and stranger (signed in at the other province) get `login` unless the line says else.
"""

from __future__ import annotations

from typing import Any

from tests.people import Town

PEOPLE = (
    "clerk",
    "officer",
    "head",
    "leader",
    "records_clerk",
    "agency_admin",
    "overseer",
    "outsider",
    "superuser",
)

# Arguments of addresses whose patterns take more than a number or a word
ARGUMENTS: dict[str, dict[str, Any]] = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "a-b"},
    "openid_connect_login": {"provider_id": "khong-co"},
    "openid_connect_callback": {"provider_id": "khong-co"},
}


def person(town: Town, place: str) -> dict[str, Any]:
    return {"pk": (town.outsider if place == "other" else town.officer).pk}


def unit(town: Town, place: str) -> dict[str, Any]:
    return {"code": (town.other_agency if place == "other" else town.division).code}


# How an object is named in the address, by kind. Runs inside the scope of its province.
OBJECTS = {"person": person, "unit": unit}

ACCESS: dict[str, tuple[str, ...]] = {
    "account_change_password": ("GET *=200",),
    "account_inactive": ("GET anonymous=200 stranger=200 *=200",),
    "account_login": ("GET anonymous=200 stranger=200 *=302",),
    "account_logout": ("GET anonymous=302 stranger=302 *=200",),
    "account_reauthenticate": ("GET *=200",),
    "account_reset_password": ("GET anonymous=200 stranger=200 *=200",),
    "account_reset_password_done": ("GET anonymous=200 stranger=200 *=200",),
    "account_reset_password_from_key": ("GET anonymous=200 stranger=200 *=200",),
    "account_reset_password_from_key_done": ("GET anonymous=200 stranger=200 *=200",),
    "account_set_password": ("GET *=302",),
    "account_signup": ("GET anonymous=200 stranger=200 *=302",),
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
    "notifications:mailbox": ("GET anonymous=404 stranger=404 *=404",),
    "notifications:mailbox_letter": (
        "GET anonymous=404 stranger=404 *=404",
        "POST anonymous=405 stranger=405 *=405",
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
    "onestop:approval_bulk": ("GET *=405",),
    "onestop:approval_decide": (
        "GET *=404",
        "POST *=404",
    ),
    "onestop:approval_list": ("GET head=200 leader=200 *=403",),
    "onestop:dossier_act": (
        "GET *=404",
        "POST *=404",
    ),
    "onestop:dossier_bulk": ("GET *=405",),
    "onestop:dossier_correct": (
        "GET *=404",
        "POST *=404",
    ),
    "onestop:dossier_detail": (
        "GET *=404",
        "POST *=405",
    ),
    "onestop:dossier_export": ("GET agency_admin=403 superuser=403 *=200",),
    "onestop:dossier_file": (
        "GET *=404",
        "POST *=405",
    ),
    "onestop:dossier_list": ("GET agency_admin=403 *=200",),
    "onestop:dossier_note": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:dossier_receive": ("GET clerk=200 *=403",),
    "onestop:dossier_received": (
        "GET *=404",
        "POST *=405",
    ),
    "onestop:dossier_search": ("GET *=200",),
    "onestop:load_list": ("GET head=200 leader=200 *=403",),
    "onestop:opinion_answer": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:paper_print": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:procedure_create": ("GET superuser=200 *=403",),
    "onestop:procedure_detail": (
        "GET *=404",
        "POST *=405",
    ),
    "onestop:procedure_discard": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:procedure_edit": (
        "GET *=404",
        "POST *=404",
    ),
    "onestop:procedure_import": ("GET superuser=200 *=403",),
    "onestop:procedure_import_preview": (
        "GET superuser=404 *=403",
        "POST superuser=404 *=403",
    ),
    "onestop:procedure_list": ("GET clerk=403 officer=403 records_clerk=403 outsider=403 *=200",),
    "onestop:procedure_public": (
        "GET anonymous=404 stranger=404 *=404",
        "POST anonymous=405 stranger=405 *=405",
    ),
    "onestop:procedure_public_list": ("GET anonymous=200 stranger=200 *=200",),
    "onestop:procedure_publish": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:procedure_withdraw": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:process_detail": (
        "GET *=404",
        "POST *=405",
    ),
    "onestop:process_discard": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:process_draft": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:process_edit": (
        "GET *=404",
        "POST *=404",
    ),
    "onestop:process_import": ("GET superuser=200 *=403",),
    "onestop:process_import_preview": (
        "GET superuser=404 *=403",
        "POST superuser=404 *=403",
    ),
    "onestop:process_list": ("GET clerk=403 officer=403 records_clerk=403 outsider=403 *=200",),
    "onestop:process_use": (
        "GET *=405",
        "POST *=404",
    ),
    "onestop:visit_detail": (
        "GET *=404",
        "POST *=405",
    ),
    "onestop:visit_list": ("GET clerk=200 *=403",),
    "onestop:visit_print": (
        "GET *=405",
        "POST *=404",
    ),
    "openid_connect_callback": ("GET anonymous=404 stranger=404 *=404",),
    "openid_connect_login": ("GET anonymous=404 stranger=404 *=404",),
    "organizations:delegation_give": ("GET *=200",),
    "organizations:delegation_record": (
        "GET person:own agency_admin=200 superuser=200 *=404",
        "GET person:other superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=404",
    ),
    "organizations:delegation_revoke": (
        "GET *=405",
        "POST *=404",
    ),
    "organizations:field_assign": (
        "GET person:own agency_admin=200 superuser=200 *=404",
        "GET person:other superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=404",
    ),
    "organizations:field_end": (
        "GET *=404",
        "POST *=404",
    ),
    "organizations:people_import": ("GET agency_admin=200 superuser=200 *=403",),
    "organizations:people_import_confirm": ("GET *=405",),
    "organizations:person_change": (
        "GET person:own head=403 leader=403 agency_admin=200 overseer=403 superuser=200 *=404",
        "GET person:other overseer=403 superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=404",
    ),
    "organizations:person_create": ("GET agency_admin=200 superuser=200 *=403",),
    "organizations:person_detail": (
        "GET person:own clerk=404 officer=404 records_clerk=404 outsider=404 *=200",
        "GET person:other overseer=200 superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=405",
    ),
    "organizations:person_disable": (
        "GET person:own head=403 leader=403 agency_admin=200 overseer=403 superuser=200 *=404",
        "GET person:other overseer=403 superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=404",
    ),
    "organizations:person_enable": (
        "GET *=405",
        "POST person:away *=404",
    ),
    "organizations:person_link": (
        "GET *=405",
        "POST person:away *=404",
    ),
    "organizations:person_list": (
        "GET clerk=403 officer=403 records_clerk=403 outsider=403 *=200",
    ),
    "organizations:position_end": (
        "GET *=404",
        "POST *=404",
    ),
    "organizations:position_give": (
        "GET person:own agency_admin=200 superuser=200 *=404",
        "GET person:other superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=404",
    ),
    "organizations:profile": ("GET *=200",),
    "organizations:second_factor_ask": (
        "GET person:own head=403 leader=403 agency_admin=200 overseer=403 superuser=200 *=404",
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
        "GET unit:own head=403 leader=403 agency_admin=403 overseer=403 superuser=200 *=404",
        "GET unit:other overseer=403 superuser=200 *=404",
        "GET unit:away *=404",
        "POST unit:away *=404",
    ),
    "organizations:unit_close": (
        "GET unit:own head=403 leader=403 agency_admin=403 overseer=403 superuser=200 *=404",
        "GET unit:other overseer=403 superuser=200 *=404",
        "GET unit:away *=404",
        "POST unit:away *=404",
    ),
    "organizations:unit_create": (
        "GET unit:own head=403 leader=403 agency_admin=403 overseer=403 superuser=200 *=404",
        "GET unit:other overseer=403 superuser=200 *=404",
        "GET unit:away *=404",
        "POST unit:away *=404",
    ),
    "organizations:unit_detail": (
        "GET unit:own clerk=404 officer=404 records_clerk=404 outsider=404 *=200",
        "GET unit:other overseer=200 superuser=200 *=404",
        "GET unit:away *=404",
        "POST unit:away *=405",
    ),
    "organizations:unit_list": ("GET clerk=403 officer=403 records_clerk=403 outsider=403 *=200",),
    "organizations:unit_merge": (
        "GET unit:own head=403 leader=403 agency_admin=403 overseer=403 superuser=200 *=404",
        "GET unit:other overseer=403 superuser=200 *=404",
        "GET unit:away *=404",
        "POST unit:away *=404",
    ),
    "portal:accessibility": ("GET anonymous=200 stranger=200 *=200",),
    "portal:health": ("GET agency_admin=200 superuser=200 *=403",),
    "portal:health_retry": ("GET *=405",),
    "portal:help": ("GET anonymous=200 stranger=200 *=200",),
    "portal:home": ("GET anonymous=200 stranger=200 *=302",),
    "portal:lookup": ("GET anonymous=200 stranger=200 *=200",),
    "portal:lookup_result": ("GET anonymous=410 stranger=410 *=410",),
    "portal:my_work": ("GET *=200",),
    "portal:opinions": ("GET *=200",),
    "portal:qr": ("GET anonymous=404 stranger=404 *=404",),
    "socialaccount_login_cancelled": ("GET anonymous=200 stranger=200 *=200",),
    "socialaccount_login_error": ("GET anonymous=401 stranger=401 *=401",),
    "socialaccount_signup": ("GET *=login",),
    "usersessions_list": ("GET *=200",),
}
