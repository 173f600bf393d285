"""The page that explains the files: its examples are true."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from ranking.rules.checks import publishing_faults
from ranking.rules.dry_run import dry_run
from ranking.rules.plain import slots
from ranking.rules.yaml_files import read_framework
from ranking.scoring import RULES

TEXT = (Path(__file__).resolve().parents[2] / "docs/ranking.md").read_text("utf-8")
SMALL, WHOLE = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
SCORES, RESULT = re.findall(r"```csv\n(.*?)```", TEXT, re.DOTALL)


def test_the_example_gives_the_table_of_the_page():
    assert dry_run(SMALL.encode(), SCORES.encode()).as_csv() == RESULT


def test_the_whole_framework_of_the_page_can_be_published():
    assert publishing_faults(read_framework(WHOLE.encode()), ["onestop.on_time"]) == []


def test_other_readers_of_yaml_read_the_small_example_too():
    assert yaml.safe_load(SMALL)["scale"]["maximum"] == 1000


def test_every_rule_has_its_line_and_every_key_is_named_in_it():
    lines = dict(re.findall(r"^\| `(\w+)` \| (.*)$", TEXT, re.MULTILINE))
    assert list(lines) == ["type", *RULES]
    missing = [
        f"{kind}: {key}"
        for kind, shape in RULES.items()
        for key in slots(shape)
        if f"`{key}" not in lines[kind]
    ]
    assert missing == []
