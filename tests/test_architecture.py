"""The rules of the house that a machine can check: sizes, forbidden patterns, scoped reads."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FUNCTION, FILE, TEMPLATE = 60, 400, 120

LONGER_FUNCTIONS: dict[str, str] = {}  # "path:name": why splitting would hide something
LONGER_FILES: dict[str, str] = {}
LONGER_TEMPLATES: dict[str, str] = {}


@cache
def tracked(*patterns: str) -> list[Path]:
    """Files of the work tree that belong to the project, new ones included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    try:
        found = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
        paths = {ROOT / name for name in found.stdout.splitlines()}
    except (OSError, subprocess.CalledProcessError):  # a bare machine, or an exported tree
        paths = {path for path in walked() if any(fits(path, each) for each in patterns or ["*"])}
    return sorted(path for path in paths if path.is_file())


def walked() -> Iterator[Path]:
    """Files of the project without git: no caches, nothing that was made or installed."""
    made = {"node_modules", "var", "__pycache__"}
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            one for one in folders if one not in made and (one == ".ci" or not one.startswith("."))
        ]
        yield from (Path(folder, name) for name in files if not name.endswith(".mo"))


def fits(path: Path, pattern: str) -> bool:
    """As git's patterns: a star stands for slashes, too."""
    return fnmatch(name_of(path), pattern)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code(*, tests: bool = True) -> list[Path]:
    return [
        path
        for path in tracked("*.py")
        if "migrations" not in path.parts and (tests or not name_of(path).startswith("tests/"))
    ]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), name_of(path))


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree_of(path)))


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


# --- sizes -----------------------------------------------------------------------------------


def test_no_function_is_longer_than_60_lines():
    long = []
    for path in code():
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > FUNCTION and f"{name_of(path)}:{node.name}" not in LONGER_FUNCTIONS:
                    long.append(f"{name_of(path)}:{node.name} has {size} lines")
    assert long == []


def test_no_file_is_longer_than_400_lines():
    long = {name_of(path): lines_of(path) for path in code() if lines_of(path) > FILE}
    assert {name: size for name, size in long.items() if name not in LONGER_FILES} == {}


def test_no_template_is_longer_than_120_lines():
    long = {
        name_of(path): lines_of(path)
        for path in tracked("templates/*", "*/templates/*")
        if path.suffix in {".html", ".txt", ".xml"} and lines_of(path) > TEMPLATE
    }
    assert {name: size for name, size in long.items() if name not in LONGER_TEMPLATES} == {}


@pytest.mark.parametrize("listed", [LONGER_FUNCTIONS, LONGER_FILES, LONGER_TEMPLATES])
def test_every_exception_exists_and_has_its_reason(listed):
    for name, reason in listed.items():
        assert (ROOT / name.split(":")[0]).exists(), name
        assert len(reason) > 10, name


# --- forbidden patterns -----------------------------------------------------------------------

FORBIDDEN_IN_CODE = {
    r"set_config\([^)]*\b(?i:false)\s*\)": "a session-level setting leaks through pools",
    r"(?i)\bSET\s+(SESSION\s+)?app\.province": "only tenancy/scope.py sets the province",
    r"\bmark_safe\b|\bSafeString\(": "format_html escapes, mark_safe does not",
    r"\bcsrf_exempt\b": "every form carries its token",
    r"\._base_manager\b": "managers go through the province",
    r"\bextra\(\s*(where|select)=": "raw fragments in querysets",
    r"\beval\(|\bexec\(": "code from data",
    r"ATOMIC_REQUESTS\s*=\s*True": "the scope is the transaction",
    r"execute_from_command_line\(.*tenant_scope": "it closes connections inside the scope",
    r"\.delay\(|\.apply_async\(": "publishing before the commit; use after_commit or the outbox",
}
ALLOWED = {
    # (pattern's reason, file): why
    ("publishing before the commit; use after_commit or the outbox", "audit/"): "the relay itself",
    ("publishing before the commit; use after_commit or the outbox", "govit/celery.py"): "beat",
    ("publishing before the commit; use after_commit or the outbox", "tenancy/celery.py"): "base",
    ("format_html escapes, mark_safe does not", "common/icons.py"): "drawings of our own files",
    ("format_html escapes, mark_safe does not", "common/templatetags/ui.py"): "empty text only",
}


def is_allowed(reason: str, name: str) -> bool:
    return any(reason == what and name.startswith(where) for what, where in ALLOWED)


@pytest.mark.parametrize("pattern", FORBIDDEN_IN_CODE)
def test_a_forbidden_pattern_is_nowhere_in_the_code(pattern):
    reason = FORBIDDEN_IN_CODE[pattern]
    found = []
    for path in code(tests=False):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            words = line.split("#")[0]
            if re.search(pattern, words) and not is_allowed(reason, name_of(path)):
                found.append(f"{name_of(path)}:{number}: {line.strip()}")
    assert found == [], reason


FORBIDDEN_IN_TEMPLATES = {
    r"\|\s*safe\b|\{%\s*autoescape\s+off": "escaping is never switched off",
    r"<style\b": "style lives in static/css: the policy refuses inline style",
    r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")": "no inline script",
    r"\sstyle\s*=": "no style attribute",
    r"\son[a-z]+\s*=\s*[\"']": "no handler attributes",
    r"javascript:": "no script in addresses",
    r"hx-on[:=]|hx-vals=[\"']js:": "htmx would evaluate it",
    r"\{#(?:(?!#\})[^\n])*\n": "a comment of two lines is printed on the page",
}


@pytest.mark.parametrize("pattern", FORBIDDEN_IN_TEMPLATES)
def test_a_forbidden_pattern_is_nowhere_in_the_templates(pattern):
    found = []
    for path in tracked("templates/*", "*/templates/*"):
        name = name_of(path)
        if path.suffix != ".html" or name.endswith("layouts/paper.html") or "/papers/" in name:
            continue
        text = path.read_text("utf-8")
        for match in re.finditer(pattern, text, re.IGNORECASE):
            found.append(f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}")
    assert found == [], FORBIDDEN_IN_TEMPLATES[pattern]


# --- scoped reads: views, API and forms see rows through a person only -------------------------

SEES_ONLY_THROUGH_A_PERSON = re.compile(r"(^|/)(views|api|forms)(/|\.py$)")
OPEN_DOORS = {"visible_to", "none", "held_by_units_of"}  # each takes the person who asks
FREE_TO_READ = {
    # "file: expression": why it shows nobody's rows but those of the person who asks
    "files/forms.py: StoredFile.objects.staged": "only what the person has uploaded himself",
    "onestop/forms/acts/work.py: Unit.objects.valid_on": "any open unit may be asked",
    "onestop/forms/acts/base.py: Phrase.objects.filter": "sentences for all officials",
    "organizations/views/people.py: SecondFactorReset.objects.filter": "of a person seen already",
    "organizations/views/people.py: Authenticator.objects.filter": "of a person seen already",
    "organizations/views/positions.py: model.objects.filter": "in units_visible_to of the asker",
    "organizations/views/positions.py: Delegation.objects.filter": "his own, or of his units",
    "organizations/views/profile.py: UserSession.objects.filter": "his own",
    "organizations/views/profile.py: Authenticator.objects.filter": "his own",
    "reports/forms.py: Unit.objects.filter": "narrows the units that the person sees",
    "reports/forms.py: ProcedureUnit.objects.values": "narrows the units that the person sees",
    "portal/views/submission.py: Dossier.objects.select_related": "what this browser has handed in",
    "organizations/views/units.py: Position.objects.filter": "of a unit seen already",
}


def scoped_files() -> list[Path]:
    return [
        path
        for path in code(tests=False)
        if SEES_ONLY_THROUGH_A_PERSON.search(name_of(path))
        and not name_of(path).startswith(("common/", "tenancy/"))
    ]


def bare_reads(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """`Model.objects` not followed by an open door, `get_object_or_404(Model, …)`, and `all()`
    of a default manager."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
            after = parents.get(node)
            if not isinstance(after, ast.Attribute) or after.attr not in OPEN_DOORS:
                yield node.lineno, ast.unparse(after or node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            is_door = node.func.id in {"get_object_or_404", "get_list_or_404"}
            first = node.args[0] if is_door and node.args else None
            if isinstance(first, ast.Name) and first.id[:1].isupper():
                yield node.lineno, ast.unparse(node)


def test_views_api_and_forms_read_through_visible_to_alone():
    found = [
        f"{name_of(path)}:{line}: {words}"
        for path in scoped_files()
        for line, words in bare_reads(tree_of(path))
        if f"{name_of(path)}: {words}" not in FREE_TO_READ
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "is_bare"),
    [
        ("Dossier.objects.get(pk=1)", True),
        ("Dossier.objects.all()", True),
        ("rows = Dossier.objects", True),
        ("Dossier._default_manager.get(pk=1)", True),
        ("get_object_or_404(Dossier, pk=1)", True),
        ("Dossier.objects.visible_to(user, 'view').get(pk=1)", False),
        ("get_object_or_404(Dossier.objects.visible_to(u, 'v'), pk=1)", False),
        ("get_object_or_404(rows, pk=1)", False),
        ("Dossier.objects.none()", False),
    ],
)
def test_the_check_of_scoped_reads_can_fail(source, is_bare):
    assert bool(list(bare_reads(ast.parse(source)))) is is_bare


# --- habits -----------------------------------------------------------------------------------


def test_no_model_overrides_save_and_no_signal_is_received():
    found = []
    for path in code(tests=False):
        for node in nodes_of(path):
            if isinstance(node, ast.ClassDef) and "models" in path.as_posix():
                found += [
                    f"{name_of(path)}: {node.name}.{each.name}"
                    for each in node.body
                    if isinstance(each, ast.FunctionDef) and each.name in {"save", "delete"}
                ]
            if isinstance(node, ast.Name) and node.id in {"post_save", "pre_save", "m2m_changed"}:
                found.append(f"{name_of(path)}:{node.lineno}: {node.id}")
    assert found == []


def test_every_costly_test_exists():
    """tests/plugins/costs.py writes the list; a test that was renamed is taken out by hand."""
    gone = []
    for line in (ROOT / "tests/costly.txt").read_text().split():
        path, _, name = line.partition("::")
        if name not in names_of_tests(ROOT / path):
            gone.append(line)
    assert gone == []


@cache
def names_of_tests(path: Path) -> set[str]:
    if not path.exists():
        return set()
    return {node.name for node in nodes_of(path) if isinstance(node, ast.FunctionDef)}


def test_imports_stand_at_the_top():
    found = []
    for path in code(tests=False):
        lines = path.read_text("utf-8").splitlines()
        functions = [
            (node.lineno, node.end_lineno or node.lineno) for node in nodes_of(path)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]  # fmt: skip
        for each in nodes_of(path):
            if not isinstance(each, ast.Import | ast.ImportFrom):
                continue
            words, is_said = ast.unparse(each), "noqa: PLC0415" in lines[each.lineno - 1]
            is_inside = any(first <= each.lineno <= last for first, last in functions)
            if is_inside and "weasyprint" not in words and not is_said:
                found.append(f"{name_of(path)}:{each.lineno}: {words}")
    assert found == []
