"""The text of a drafter with its annexes: a line "Phụ lục" begins one, the next is its title."""

from __future__ import annotations

import re

from documents.drafting import Appendix

BEGIN = re.compile(r"phụ lục(\s+([ivxlc]+|\d+))?\s*[.:]?", re.IGNORECASE)
WORD = "Phụ lục"


def parted(text: str) -> tuple[str, tuple[Appendix, ...]]:
    """The text before the first annex, and each annex. Their numbers are written when printed."""
    parts: list[list[str]] = [[]]
    for line in text.splitlines():
        if BEGIN.fullmatch(line.strip()):
            parts.append([])
        else:
            parts[-1].append(line)
    return _joined(parts[0]), tuple(_appendix(each) for each in parts[1:])


def together(body: str, appendices: tuple[Appendix, ...]) -> str:
    """As it was typed; `parted` of it gives the same."""
    return "\n\n".join([body, *(f"{WORD}\n{each.title}\n{each.text}" for each in appendices)])


def _appendix(lines: list[str]) -> Appendix:
    found = _joined(lines).splitlines() or [""]
    return Appendix(found[0].strip(), _joined(found[1:]))


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")
