"""Which role holds which permission: the one table of rights (docs/architecture.md, access).

A role is given through a position on a unit and holds on that unit and below it. Changing a
province's practice means other positions, never other code.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

PERMISSIONS = (  # each is granted on a unit and holds below it; `_()` of the name is shown
    ("view_dossiers", gettext_noop("See dossiers")),
    ("receive_dossiers", gettext_noop("Receive dossiers at the counter")),
    ("process_dossiers", gettext_noop("Process dossiers")),
    ("assign_dossiers", gettext_noop("Assign and reassign work")),
    ("approve_dossiers", gettext_noop("Approve results")),
    ("release_results", gettext_noop("Number, seal and release results")),
    ("return_results", gettext_noop("Hand results to citizens")),
    ("export_dossiers", gettext_noop("Export lists of dossiers")),
    ("view_reports", gettext_noop("See and make reports")),
    ("sign_reports", gettext_noop("Review and sign reports")),
    ("fill_assessments", gettext_noop("Fill in the self-assessment of IT application")),
    ("submit_assessments", gettext_noop("Submit the self-assessment of the unit")),
    ("manage_rankings", gettext_noop("Run the yearly assessment and ranking")),
    ("view_documents", gettext_noop("See documents that lie in the unit")),
    ("view_registers", gettext_noop("See the registers of documents")),
    ("register_documents", gettext_noop("Register and pass on documents")),
    ("direct_documents", gettext_noop("Give opinions on documents and assign them")),
    ("handle_documents", gettext_noop("Work on documents")),
    ("view_tasks", gettext_noop("See tasks that are given to the unit or by it")),
    ("give_tasks", gettext_noop("Give tasks and decide on them")),
    ("follow_tasks", gettext_noop("Enter tasks for leaders and follow them")),
    ("handle_tasks", gettext_noop("Work on tasks")),
    ("assess_people", gettext_noop("Run the classification of officials")),
    ("view_people", gettext_noop("See people and positions")),
    ("manage_people", gettext_noop("Manage people, positions and delegations")),
    ("manage_units", gettext_noop("Manage units")),
    ("view_catalogue", gettext_noop("See draft procedures and internal processes")),
    ("manage_catalogue", gettext_noop("Manage procedures and internal processes")),
    ("manage_calendar", gettext_noop("Manage the calendar and dated rules")),
    ("view_health", gettext_noop("See the health of the installation")),
)


@dataclass(frozen=True)
class Role:
    """A part that people play, in the words of the regulations, and what it allows."""

    name: str | Promise
    permissions: frozenset[str]
    idle_minutes: int  # session lock; TCVN 14423:2026 5.5.2.2a: work ≤ 15, administration ≤ 5
    may_be_delegated: bool = False  # QĐ 2947/QĐ-UBND 2016 Điều 9.1b: heads only


def _role(
    name: str | Promise, *permissions: str, idle_minutes: int = 15, may_be_delegated: bool = False
) -> Role:
    return Role(name, frozenset(permissions), idle_minutes, may_be_delegated)


OVERSIGHT = ("view_dossiers", "view_catalogue", "view_people", "view_reports", "view_tasks")

ROLES: dict[str, Role] = {
    "counter": _role(
        _("One-stop counter staff"),
        "view_dossiers", "receive_dossiers", "return_results", "export_dossiers",
    ),
    "official": _role(
        _("Processing official"),
        "view_dossiers", "process_dossiers", "export_dossiers",
        "view_documents", "handle_documents", "view_tasks", "handle_tasks",
    ),
    "clerk": _role(
        _("Records clerk"),
        "view_dossiers", "process_dossiers", "release_results", "export_dossiers",
        "view_documents", "view_registers", "register_documents",
    ),
    "head": _role(
        _("Head of division"),
        "view_dossiers", "process_dossiers", "assign_dossiers", "approve_dossiers",
        "export_dossiers", "view_people", "view_catalogue", "view_reports",
        "view_documents", "direct_documents", "handle_documents",
        "view_tasks", "give_tasks", "handle_tasks",
    ),
    "leader": _role(
        _("Head of agency"),
        "view_dossiers", "process_dossiers", "assign_dossiers", "approve_dossiers",
        "export_dossiers", "view_people", "view_catalogue", "view_reports", "sign_reports",
        "fill_assessments", "submit_assessments",
        "view_documents", "view_registers", "direct_documents", "handle_documents",
        "view_tasks", "give_tasks", "handle_tasks",
        may_be_delegated=True,
    ),
    # The committee's papers lie in its office; its leaders hold this on the office
    "body_leader": _role(
        _("Leader of a body with a registry"),
        "view_documents", "view_registers", "direct_documents", "handle_documents",
        may_be_delegated=True,
    ),
    "ranking_officer": _role(_("IT assessment officer"), "fill_assessments"),
    # QĐ 1278/QĐ-CTUBND (Khánh Hòa, 2020) Điều 10: the standing body of the appraisal council
    "ranking_manager": _role(_("Officer of the standing body of the ranking"), "manage_rankings"),
    "agency_admin": _role(
        _("Agency administrator"),
        "view_people", "manage_people", "view_catalogue", "view_health",
        idle_minutes=5,
    ),
    "catalogue_editor": _role(
        _("Procedure control officer"),
        "view_catalogue", "manage_catalogue", "manage_calendar",
    ),
    # QĐ 2947/QĐ-UBND 2016 Điều 9.1d: the People's Committee decides on the heads of agencies
    "province_leader": _role(
        _("Leader of the People's Committee of the province"),
        *OVERSIGHT, "export_dossiers", "sign_reports", "give_tasks",
    ),
    # QĐ 2947/QĐ-UBND 2016 Điều 11: the office of the committee follows the tasks that it gives
    "task_follower": _role(
        _("Official who follows tasks of leaders"), "view_tasks", "follow_tasks",
    ),
    # Who follows tasks reads the committee's documents they come from: a position in its office, as
    # rights on the province itself would reach what lies in every agency
    "register_reader": _role(
        _("Official who reads the registers of a body"), "view_documents", "view_registers",
    ),
    # QĐ 2947/QĐ-UBND 2016 Điều 9.2d, 10.3: Home Affairs classes officials every half year and year
    "people_assessor": _role(_("Official of Home Affairs, classification"), "assess_people"),
    "oversight": _role(_("Oversight (read only)"), *OVERSIGHT, "export_dossiers"),
    "superuser": _role(
        _("System administrator"),
        *OVERSIGHT, "manage_people", "manage_units", "manage_catalogue", "manage_calendar",
        "view_health",
        idle_minutes=5,
    ),
}  # fmt: skip


def role_choices() -> list[tuple[str, str | Promise]]:
    return [(key, role.name) for key, role in ROLES.items()]
