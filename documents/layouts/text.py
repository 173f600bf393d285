"""The text of a drafter as blocks: what a line begins with decides how it is printed.

Every line is a paragraph; empty lines only part. "Phần I", "Chương I", "Mục 1", "I.", "Điều 1.",
"1.", "a)" get the style of NĐ 30/2020/NĐ-CP Phụ lục I, Phần I, Mục II.6; "| a | b |" is a row of
a table whose first row is its head.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from common.text import nfc

PART = re.compile(r"(?P<mark>(?:Phần|Chương)\s+(?:thứ\s+\w+|[IVXLC]+|\d+))\s*[.:]?\s*(?P<rest>.*)")
SECTION = re.compile(r"(?P<mark>(?:Mục|Tiểu mục)\s+\d+)\s*[.:]?\s*(?P<rest>.*)")
ARTICLE = re.compile(r"(?P<mark>Điều\s+\d+[a-zđ]?\s*[.:])\s*(?P<rest>.*)")
ROMAN = re.compile(r"[IVXLC]+\.\s+\S")
CLAUSE = re.compile(r"\d+(?:\.\d+)*\.\s+\S")
POINT = re.compile(r"[a-zđ]\)\s+\S")
DASH = re.compile(r"[-–+•]\s+\S")
BASIS = re.compile(r"(?:Căn cứ|Theo|Xét|Thực hiện|Sau khi|Trên cơ sở)\b")
ORDER = re.compile(r"QUYẾT (?:ĐỊNH|NGHỊ)\s*:?")
RULE_OF_TABLE = re.compile(r"\|[\s|:-]+\|?")
TITLES = {"part": "part-title", "section": "section-title"}  # what follows on its own line
ENDS = (".", ";", ":", ",", "/.")
TITLE = 110  # a longer line that ends without a mark is a text that was left unfinished
SHORT = 90  # about one printed line: such a last paragraph takes the one before it with it


@dataclass(frozen=True)
class Block:
    """A paragraph: `kind` is its class, `mark` the bold beginning, `rows` those of a table."""

    kind: str
    text: str = ""
    mark: str = ""
    rows: list[list[str]] = field(default_factory=list)
    keep: bool = False  # not to be parted from the block before it


def blocks_of(text: str, *, order: str = "", ending: bool = True) -> list[Block]:
    """The blocks of a text.

    `order` ("QUYẾT ĐỊNH:") makes the lines before it the basis, in italics; where the drafter did
    not write it, it comes before the first article. With `ending` the text ends with "./.".
    """
    lines = [clean(line) for line in text.splitlines()]
    found = list(_blocks([line for line in lines if line]))
    if order:
        found = _ordered(found, order)
    if ending:
        found = _ended(found)
    if found and len(found[-1].text + found[-1].mark) < SHORT and not found[-1].rows:
        found[-1] = _kept(found[-1])
    return found


def clean(line: str) -> str:
    """One line as it is printed: NFC, single spaces, nothing that is not seen.

    A mark of direction shows other words than those that a machine reads.
    """
    seen = (" " if char.isspace() else char for char in nfc(line))
    return " ".join("".join(c for c in seen if unicodedata.category(c)[0] != "C").split())


def balanced(text: str, width: int) -> list[str]:
    """Lines of at most about `width` characters, all of nearly the same length."""
    lines = textwrap.wrap(text, width, break_long_words=False)
    while len(lines) > 1 and width > 8:
        narrower = textwrap.wrap(text, width - 1, break_long_words=False)
        if len(narrower) > len(lines) or max(map(len, narrower)) >= max(map(len, lines)) + 1:
            break
        lines, width = narrower, width - 1
    return lines


def _blocks(lines: list[str]) -> Iterator[Block]:
    waits = ""  # the class of a title whose "Chương I" has just been read
    for is_row, group in groupby(lines, key=lambda line: line.startswith("|")):
        if is_row:
            yield Block("table", rows=_rows(group))
            waits = ""
            continue
        for line in group:
            block, after = _block(line, waits)
            yield from block
            waits = after


def _block(line: str, waits: str) -> tuple[list[Block], str]:
    """The blocks of one line, and the class of the title that is to follow."""
    for pattern, kind in ((PART, "part"), (SECTION, "section")):
        if (found := pattern.fullmatch(line)) and _is_heading(found["rest"]):
            head = Block(kind, found["mark"])
            rest = found["rest"]
            title = [Block(TITLES[kind], rest, keep=True)] if rest else []
            return [head, *title], "" if rest else TITLES[kind]
    if waits and not _kind(line):
        return [Block(waits, line, keep=True)], ""
    if found := ARTICLE.fullmatch(line):
        return [_article(found["mark"], found["rest"])], ""
    return [Block(_kind(line) or "plain", line)], ""


def _kind(line: str) -> str:
    """The class of a line that is told by its beginning; "" for a plain one."""
    if ROMAN.match(line) and _is_heading(line):
        return "roman"
    if CLAUSE.match(line):
        return "clause-title" if _is_heading(line) else "clause"
    if ARTICLE.match(line):
        return "article"
    if POINT.match(line):
        return "point"
    return "dash" if DASH.match(line) else ""


def _article(mark: str, rest: str) -> Block:
    if _is_heading(rest):
        return Block("article", mark=f"{mark} {rest}".strip())
    return Block("article", rest, mark=mark)


def _is_heading(words: str) -> bool:
    return not words.endswith(ENDS) and len(words) <= TITLE


def _rows(lines: Iterable[str]) -> list[list[str]]:
    """Cells of the rows, all rows of the same length."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if not RULE_OF_TABLE.fullmatch(line)
    ]
    most = max((len(row) for row in cells), default=0)
    return [row + [""] * (most - len(row)) for row in cells]


def _ordered(blocks: list[Block], order: str) -> list[Block]:
    written = [i for i, block in enumerate(blocks) if ORDER.fullmatch(block.text)]
    articles = [i for i, block in enumerate(blocks) if block.kind == "article"]
    at = next(iter(written or articles), len(blocks))
    after = blocks[at + 1 :] if written else blocks[at:]
    before = [
        Block("basis", block.text) if block.kind == "plain" and BASIS.match(block.text) else block
        for block in blocks[:at]
    ]
    return [*before, Block("order", order), *after]


def _ended(blocks: list[Block]) -> list[Block]:
    if not blocks or blocks[-1].rows:
        return blocks
    last = blocks[-1]
    words = last.text or last.mark
    if words.endswith("./."):
        return blocks
    words = words.rstrip(" .;,") + "./."
    ended = Block(last.kind, words, last.mark, keep=last.keep) if last.text else Block(
        last.kind, mark=words, keep=last.keep
    )  # fmt: skip
    return [*blocks[:-1], ended]


def _kept(block: Block) -> Block:
    return Block(block.kind, block.text, block.mark, block.rows, keep=True)
