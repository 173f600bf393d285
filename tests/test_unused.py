"""Nothing lies about: what no page, code or command names any more is removed.

Each test looks for a name in the text of the project, which is a rough sieve: it finds what is
surely unused and never blames what is used.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import global_settings

from audit import bus
from directives.queries.detail import STORY as STORY_OF_TASKS
from documents.queries.detail import STORY as STORY_OF_DOCUMENTS
from documents.queries.outgoing_detail import STORY as STORY_OF_OUTGOING
from documents.queries.submissions import STORY as STORY_OF_DOSSIERS
from onestop.queries.timeline import STORY
from onestop.rules import identity_card
from organizations import words
from organizations.roles import PERMISSIONS, ROLES
from organizations.rulesets import REGISTRY
from organizations.rulesets.words import FIELDS, KINDS
from tests.test_architecture import ROOT, code, name_of, nodes_of, tracked, tree_of

TEXT = {".py", ".html", ".txt", ".js", ".css", ".toml", ".yml", ".example", ".conf", ".service"}
LOADED_BY_LIBRARIES = ("account/", "mfa/", "socialaccount/", "usersessions/")
# A name that only tests or a library write, and why it may stay.
ONLY_CALLED_FROM_OUTSIDE = {
    "AddIndexAgain": "migrations are not looked at; a test holds them to it",
    "GET_MAY_WRITE": "the test client holds every GET to it",
    "as_loader": "the tests of the seals alter the log as the role that may",
    "columns_of": "the statements are compared with it, dossier by dossier",
    "for_each_province": "for a command that means all provinces (decision 0001)",
    "forget_closed": "each test begins without levels known as closed",
    "forget_hosts": "each test begins without known hosts",
    "issue_values": "what the fields get when a document is issued",
    "check_form": "the page on which a drafter uploads his document will ask",
    "pdf_of_docx": "the same page",
    "with_fields": "the same page",
    "render_copy": "the block of a copy on paper waits for the page that asks for it",
    "unregister": "a test's own lines of the digest end with it",
    "unsubscribe": "a test's own subscriptions end with it",
    "version_on": "the tests of the catalogue ask what holds on a day",
}
CALLED_BY_A_LIBRARY = {  # methods that Django, DRF, allauth, axes or Celery look for by name
    "as_sql", "build_totp_svg", "cache_key_prefix", "default_site", "get_help_text",
    "get_short_name",
    "has_add_permission", "has_change_permission", "has_delete_permission", "has_permission",
    "key_salt", "pre_social_login", "send_password_reset_mail", "to_url", "value_from_datadict",
    "value_omitted_from_data", "create_superuser",
    "authenticate_header", "get_security_definition", "get_status_words", "select_parser",
    "select_renderer", "validate_cursor", "TokenScheme",
    "do_GET", "do_OPTIONS", "do_POST", "get_cert_chain_verifier", "handle_error", "log_message",
}  # fmt: skip
SETTINGS_OF_LIBRARIES = {
    "ANONYMOUS_USER_NAME",
    "EMAIL_FILE_PATH",
    "REST_FRAMEWORK",
    "SPECTACULAR_SETTINGS",
}
LIBRARIES = ("ACCOUNT_", "ALLAUTH_", "AXES_", "CELERY_", "MFA_", "SOCIALACCOUNT_", "USERSESSIONS_")

SEEN_ONLY_IN_THE_LOG = {
    # what is recorded for the sealed log alone (the superuser's read-only list), and why
    "registry": "the page of registries shows what holds; who changed it is asked of the log",
    "certificate": "the page of certificates shows what holds; who told it is asked of the log",
    "trust": "as the certificates",
    "calendar": "the calendar shows what holds; who changed it is asked of the log",
    "work_pattern": "as the calendar",
    "ranking": "the pages of a year say who answered, decided, appealed and published",
    "report": "the page of a report says who made, reviewed and signed it",
    "task_report": "as the reports",
    "evaluation": "the sheet and its rows say who remarked, judged and confirmed",
    "quality": "the round and its sheets say who commented, classed and decided",
    "rules": "the page of rules lists the rows with their source",
    "file": "a file is shown beside the dossier that has it",
    "sms": "the page of text messages shows each one's state",
    "outbox": "the health page shows the deliveries themselves",
    "national": "the page of the national portal shows what waits and what was sent",
    "bus": "the page of the bus shows what waits, goes and failed",
    "outgoing": "its receivers and their states say what was sent and what they told",
    "paper": "a dossier's papers are listed beside its history",
    "originals": "the slip shows its sides, and the story of each dossier its way",
    "linked_group": "the page of a group shows what holds; who changed it is asked of the log",
    "form_words": "the page of a form lists its words by day",
    "saved_view": "a list of links; the page of views shows whose each is",
    "readers": "who asked who had opened his dossier is no step of its handling",
    "procedure": "the versions of a procedure are its history",
    "procedures": "the same, for a whole file",
    "process": "the versions of a process are its history",
    "processes": "the same, for a whole file",
}


WORDS_OF_ACTS = (
    "organizations/words.py", "onestop/queries/timeline.py", "documents/queries/detail.py",
    "documents/queries/outgoing_detail.py", "documents/consumers_outgoing.py",
)  # fmt: skip


@cache
def texts(*, tests: bool = False) -> dict[str, str]:
    """The text of every file of the project, by its name; translations and tables left out."""
    found = {}
    for path in tracked():
        name = name_of(path)
        is_text = path.suffix in TEXT or name.startswith(("bin/", ".ci/"))
        if is_text and (tests or not name.startswith("tests/")) and "migrations" not in path.parts:
            found[name] = path.read_text("utf-8", errors="replace")
    return found


@cache
def words_of_the_project() -> Counter[str]:
    return Counter(word for text in texts().values() for word in re.findall(r"\w+", text))


def is_named(name: str, *, except_in: str) -> bool:
    return any(name in text for place, text in texts().items() if place != except_in)


def unnamed(folder: str) -> Iterator[str]:
    """Files of a folder whose path below it stands in no other file."""
    for path in tracked(f"{folder}/*"):
        name = path.relative_to(ROOT / folder).as_posix()
        if not is_named(name, except_in=name_of(path)):
            yield name


# --- files ------------------------------------------------------------------------------------


def test_every_template_is_named_by_a_page_or_by_code():
    left = [name for name in unnamed("templates") if not name.startswith(LOADED_BY_LIBRARIES)]
    assert left == []


def test_every_static_file_is_named():
    named_by_file_name = {  # `common.pdf` reads the style sheet of papers from the folder itself
        name for name in unnamed("static") if is_named(Path(name).name, except_in=f"static/{name}")
    }
    assert set(unnamed("static")) - named_by_file_name == set()


CLASS_RULE = re.compile(r"\.([a-zA-Z][\w-]*)")


def styled_classes(sheet: str) -> set[str]:
    """Classes that a style sheet has rules for."""
    without_comments = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return set(CLASS_RULE.findall(re.sub(r"\{[^{}]*\}", "{}", without_comments)))


def put_together() -> set[str]:
    """Beginnings such as `pill-` and `is-` of classes whose end is a variable."""
    pages = "\n".join(text for name, text in texts().items() if not name.endswith(".css"))
    return set(re.findall(r"([a-z]+-)(?=\{)", pages))


def test_every_class_of_a_style_sheet_is_on_a_page():
    pages = "\n".join(text for name, text in texts().items() if not name.endswith(".css"))
    on_pages = set(re.findall(r"[a-zA-Z][\w-]*", pages))
    from_htmx, beginnings = {"htmx-request"}, tuple(put_together())
    left = {
        f"{name_of(path)}: .{each}"
        for path in tracked("static/css/*.css")
        for each in styled_classes(path.read_text("utf-8")) - on_pages - from_htmx
        if not each.startswith(beginnings)
    }
    assert left == set()


# --- names ------------------------------------------------------------------------------------


def defined(tree: ast.Module) -> Iterator[str]:
    """Functions, classes and methods, and the names of a module (not those of a class body)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
    yield from names_of_module(tree)


def names_of_module(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def is_looked_for_by_name(name: str, path: Path) -> bool:
    """A library calls it: `clean_code`, `__len__`, an AppConfig, a format, `handler404`."""
    return (
        name.startswith(("__", "clean_", "handler"))
        or name.endswith("Config")
        or name in CALLED_BY_A_LIBRARY
        or path.name in {"settings.py", "settings_sign_in.py", "formats.py", "borrowed_words.py"}
    )


def test_no_function_class_or_constant_is_left_that_nothing_mentions():
    left = {
        f"{name_of(path)}: {name}"
        for path in code(tests=False)
        for name in defined(tree_of(path))
        if words_of_the_project()[name] == 1
        and not is_looked_for_by_name(name, path)
        and name not in ONLY_CALLED_FROM_OUTSIDE
    }
    assert left == set()


@pytest.mark.parametrize("name", ONLY_CALLED_FROM_OUTSIDE)
def test_what_only_tests_call_is_still_called_by_them(name):
    assert any(
        re.search(rf"\b{name}\b", text)
        for place, text in texts(tests=True).items()
        if place.startswith("tests/") and place != "tests/test_unused.py"
    )


SETTINGS = ("govit/settings.py", "govit/settings_sign_in.py")


def test_every_setting_is_read_by_django_by_a_library_or_by_us():
    times = words_of_the_project()
    left = {
        f"{place}: {name}"
        for place in SETTINGS
        for name in names_of_module(tree_of(ROOT / place))
        if name.isupper()
        and not name.startswith(("_", *LIBRARIES))
        and not hasattr(global_settings, name)
        and times[name] == 1
        and name not in SETTINGS_OF_LIBRARIES
    }
    assert left == set()


# --- rules, rights, records -------------------------------------------------------------------


def test_every_field_of_a_dated_rule_is_read_and_has_its_words():
    readers = "\n".join(
        text for name, text in texts().items() if name != "organizations/rulesets/words.py"
    )
    fields = {name for kind in REGISTRY.values() for name in fields_of(kind.shape)}
    assert {name for name in fields if not re.search(rf"\.{name}\b", readers)} == set()
    assert fields == set(FIELDS)
    assert set(REGISTRY) == set(KINDS) >= {identity_card.IDENTITY_CARD.key}


def fields_of(shape: type) -> list[str]:
    return [field.name for field in dataclasses.fields(shape)]


def test_every_permission_is_asked_for_and_given_by_a_role():
    asked = "\n".join(
        text
        for name, text in texts().items()
        if name.endswith((".py", ".html")) and name != "organizations/roles.py"
    )
    given = frozenset().union(*(role.permissions for role in ROLES.values()))
    names = {name for name, _words in PERMISSIONS}
    assert {name for name in names if f'"{name}"' not in asked} == set()
    assert given == names


def called(call: ast.Call) -> str:
    """The last word of what is called: "record" of `audit.services.record(…)`."""
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def recorded() -> set[str]:
    """Actions that a service records, as they stand in the code."""
    calls = [
        node
        for path in code(tests=False)
        for node in nodes_of(path)
        if isinstance(node, ast.Call) and called(node) in {"record", "tell", "_tell"}
    ]
    second = [call.args[1] for call in calls if len(call.args) > 1]
    return {str(each.value) for each in second if isinstance(each, ast.Constant)}


STORIES = {
    *STORY, *STORY_OF_DOCUMENTS, *STORY_OF_OUTGOING, *STORY_OF_DOSSIERS, *STORY_OF_TASKS
}  # fmt: skip


def test_every_recorded_act_is_shown_or_heard_or_says_why_not():
    left = {
        action
        for action in recorded()
        - {
            *words.ACTIONS,
            *STORY,
            *STORY_OF_DOCUMENTS,
            *STORY_OF_OUTGOING,
            *STORY_OF_DOSSIERS,
            *STORY_OF_TASKS,
        }
        if not bus.handlers_of(action) and action.split(".")[0] not in SEEN_ONLY_IN_THE_LOG
    }
    assert left == set()
    assert {action.split(".")[0] for action in recorded()} >= set(SEEN_ONLY_IN_THE_LOG)


def test_words_are_kept_only_for_acts_that_are_recorded():
    services = "\n".join(text for name, text in texts().items() if not name.endswith(WORDS_OF_ACTS))
    shown = {
        *words.ACTIONS,
        *STORY,
        *STORY_OF_DOCUMENTS,
        *STORY_OF_OUTGOING,
        *STORY_OF_DOSSIERS,
        *STORY_OF_TASKS,
    }
    assert {action for action in shown if f'"{action}"' not in services} == set()
