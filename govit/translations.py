"""Compile the catalogues of messages: a bare machine has no gettext.

python -m govit.translations
"""

from pathlib import Path

import polib  # type: ignore[import-untyped]

from govit.environment import ROOT


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


if __name__ == "__main__":
    print(f"{compile_all()} catalogues compiled")
