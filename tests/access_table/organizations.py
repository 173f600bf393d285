"""Routes of people, units, positions, the calendar and the dated rules."""

from __future__ import annotations

ACCESS: dict[str, tuple[str, ...]] = {
    "organizations:absence_end": (
        "GET *=405",
        "POST *=404",
    ),
    "organizations:absence_own": ("GET *=200",),
    "organizations:absence_record": (
        "GET person:own officer,head,leader,agency_admin,superuser=200 *=404",
        "GET person:other outsider,superuser=200 *=404",
        "GET person:away *=404",
        "POST person:away *=404",
    ),
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
    "organizations:client_change": (
        "GET superuser=404 *=403",
        "POST superuser=404 *=403",
    ),
    "organizations:client_create": (
        "GET superuser=200 *=403",
        "POST superuser=- *=403",
    ),
    "organizations:client_detail": ("GET superuser=404 *=403",),
    "organizations:client_list": ("GET superuser=200 *=403",),
    "organizations:client_revoke": (
        "GET superuser=404 *=403",
        "POST superuser=404 *=403",
    ),
    "organizations:client_rotate": (
        "GET superuser=404 *=403",
        "POST superuser=404 *=403",
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
    "organizations:field_annul": (
        "GET *=404",
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
    "organizations:field_lift": (
        "GET person:own head,leader,overseer=403 agency_admin,superuser=200 *=404",
        "GET person:other overseer=403 superuser=200 *=404",
        "GET person:away *=404",
        "POST person:own head,leader,overseer=403 agency_admin,superuser=- *=404",
        "POST person:other overseer=403 superuser=- *=404",
        "POST person:away *=404",
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
}
