"""The catalogues of messages: compiled without gettext (a bare machine has none), and checked.

python -m govit.translations            write each .mo that is older than its .po
python -m govit.translations check      name each message that people would see in English
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

from govit.environment import ROOT

LANGUAGE = "vi"
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
NOT_SOURCES = {".git", ".venv", "node_modules", "var", "tests", "docs"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def compile_all(root: Path = ROOT) -> int:
    """Write each .mo that is older than its .po; returns how many were written."""
    written = 0
    for source in sorted(root.glob("locale/**/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            draft = target.with_suffix(".mo.new")
            polib.pofile(str(source)).save_as_mofile(str(draft))
            draft.replace(target)
            written += 1
    return written


def faults(root: Path = ROOT) -> list[str]:
    """One line for each message of code and templates that has no proper Vietnamese."""
    with tempfile.TemporaryDirectory(prefix="govit-messages-") as folder:
        draft = Path(folder) / "project"
        copy_sources(root, draft)
        (draft / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "django", "makemessages", "-l", LANGUAGE]
        options = ["--no-obsolete", "--no-wrap", "--add-location", "file", "-e", "html,txt,py"]
        without_settings = {**os.environ, "DJANGO_SETTINGS_MODULE": ""}
        done = subprocess.run(
            command + options,
            cwd=draft,
            env=without_settings,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return [f"makemessages failed: {done.stderr.strip()}"]
        return list(faults_in(polib.pofile(str(draft / CATALOGUE))))


def copy_sources(root: Path, target: Path) -> None:
    """makemessages writes beside the sources: let it write into a copy."""

    def unwanted(folder: str, names: list[str]) -> set[str]:
        at_top = Path(folder) == root
        kept = (".py", ".html", ".txt", ".po")
        return {
            name
            for name in names
            if (at_top and name in NOT_SOURCES)
            or not (Path(folder, name).is_dir() or name.endswith(kept))
        }

    shutil.copytree(root, target, ignore=unwanted)


def faults_in(catalogue: polib.POFile) -> Iterator[str]:
    """Untranslated, uncertain, or with other placeholders than the original."""
    for entry in catalogue:
        where = entry.occurrences[0][0] if entry.occurrences else "?"
        if entry.obsolete:
            continue
        if entry.fuzzy:
            yield f"{where}: fuzzy: {entry.msgid!r}"
        elif not entry.translated():
            yield f"{where}: not translated: {entry.msgid!r}"
        else:
            yield from (f"{where}: {fault}" for fault in placeholder_faults(entry))


def placeholder_faults(entry: polib.POEntry) -> Iterator[str]:
    """A translation may leave a placeholder out only where a plural form may."""
    known = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    for text in [entry.msgstr, *entry.msgstr_plural.values()]:
        found = set(PLACEHOLDER.findall(text))
        if text and (found - known or (not entry.msgid_plural and known - found)):
            yield f"placeholders differ: {entry.msgid!r} and {text!r}"


def main(arguments: list[str]) -> int:
    """Compile, or check."""
    if arguments != ["check"]:
        print(f"{compile_all()} catalogues compiled")
        return 0
    found = faults()
    print("\n".join(found) or "Every message has its translation.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
