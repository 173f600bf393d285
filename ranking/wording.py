"""Sentences for faults and for how points were found; the scoring itself knows no language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ranking.rules.difference import Change, Difference
from ranking.rules.faults import Fault
from ranking.rules.numbers import half_up, plain
from ranking.scoring import Step
from ranking.vocabulary import key_words, value_words

DOUBTS: dict[str, Promise] = {
    "number_is_a_day": _("The number looks like a day: look whether it is in the right box."),
    "after_the_year": _("Dated after the year that is assessed: does it speak of that year?"),
    "after_the_window": _("Dated after the days whose facts count: does it speak of them?"),
    "before_the_window": _("Dated before the days whose facts count: is it still in force?"),
}

LONGEST = 120  # of what somebody wrote, when it is quoted back
LONGEST_LIST = 2_000  # of what is known instead: of use as a whole only
SHOWN_DECIMALS = 2

PLACES: dict[str, Promise] = {
    "framework": _("Framework"),
    "scores": _("Scores"),
}

MARKS = {
    "line": _("line %(number)s"), "sheet": _("sheet “%(number)s”"), "cell": _("cell %(number)s"),
}  # fmt: skip
OTHERS = _("more faults: %(count)s")

SHAPES: dict[str, Promise] = {
    "unknown_key": _("The key “%(key)s” is unknown; known are %(known)s."),
    "missing_key": _("The key “%(key)s” is missing."),
    "no_value": _("This must not be empty."),
    "not_a_mapping": _("Keys with values are expected here."),
    "not_a_list": _("A list is expected here."),
    "not_text": _("Text is expected here."),
    "not_true_or_false": _("“%(given)s” is neither true nor false."),
    "not_one_of": _("“%(given)s” is none of %(known)s."),
    "not_a_number": _("“%(given)s” is not a number such as 12.5."),
    "two_marks": _("“%(given)s” has two marks; write a number with one comma or one point."),
    "negative": _("“%(given)s” is negative."),
    "not_whole": _("“%(given)s” is not a whole number."),
    "not_a_day": _("“%(given)s” is not a day such as 2020-11-15 or 15/11/2020."),
    "must_be_positive": _("This must be more than 0."),
    "must_be_above": _("This must be more than %(lowest)s."),
    "above_highest": _("%(given)s is more than %(highest)s."),
    "below_lowest": _("%(given)s is less than %(lowest)s."),
    "not_a_percent": _("A percentage above 0 and up to 100 is expected here, not %(given)s."),
    "empty_list": _("The list must not be empty."),
    "twice": _("“%(code)s” occurs twice."),
}

RULES: dict[str, Promise] = {
    "steps_not_falling": _(
        "Steps go from the highest down; %(given)s is not below the step before."
    ),
    "not_as_part": _("A rule of the type “%(type)s” cannot be a part of another."),
    "unknown_input": _("This criterion does not ask for “%(key)s”."),
    "unknown_choice": _("“%(given)s” is none of the options."),
    "above_whole": _("%(given)s is more than the whole, %(highest)s."),
    "part_of_nothing": _("%(given)s of 0 is impossible: correct one of the two figures."),
}

FRAMEWORKS: dict[str, Promise] = {
    "components_and_areas": _("A framework has components or areas, not both."),
    "code_is_taken": _("“%(code)s” cannot be a code; %(known)s are columns of every file."),
    "class_without_bound": _(
        "Only the last class may be without a bound; “%(label)s” is not last."
    ),
    "classes_not_falling": _(
        "Classes go from the best down; “%(label)s” does not begin below the one before."
    ),
    "unknown_class": _("“%(given)s” is none of the classes %(known)s."),
    "no_maximum": _(
        "The maximum is not known: give it in the scale, for every component, or for the unit."
    ),
    "sum_differs": _("Maxima by weight add up to %(sum)s, but the scale says %(said)s."),
    "no_own_maximum": _("The maximum is missing."),
    "nothing_below": _("There is no criterion in it."),
    "orphan": _("Its code does not begin with that of “%(parent)s”, in which it stands."),
    "children_differ": _("The maximum is %(said)s, but what is in it adds up to %(sum)s."),
    "no_rule": _("The scoring rule is missing."),
    "needs_no_maximum": _("A criterion of the type “%(type)s” has the maximum 0."),
    "not_reachable": _("The maximum is %(said)s, but its rule gives at most %(reachable)s."),
    "unknown_measure": _("The portal has no measure “%(measure)s”."),
    "unknown_group": _("The framework has no group “%(group)s”."),
}

FILES: dict[str, Promise] = {
    "file_too_large": _("The file is larger than %(highest)s bytes."),
    "not_utf8": _("The file is not saved as UTF-8."),
    "not_yaml": _("Line %(line)s cannot be read as YAML."),
    "yaml_too_deep": _("Line %(line)s is nested too deeply."),
    "yaml_anchor": _("Line %(line)s refers to another place of the file; write it out."),
    "yaml_key": _("Line %(line)s has a key that is not text."),
    "yaml_key_twice": _("Line %(line)s has the key “%(key)s” a second time."),
    "not_csv": _("Line %(line)s cannot be read as CSV; look for an open quotation mark."),
    "empty_file": _("The file is empty."),
    "too_many_rows": _("The file has more than %(highest)s lines."),
    "column_without_name": _("Column %(number)s has no name."),
    "column_twice": _("The column “%(column)s” is there twice."),
    "cells_differ": _(
        "Line %(line)s has %(cells)s cells, the header %(columns)s; quote a cell with a comma."
    ),
    "unknown_column": _(
        "The column “%(column)s” is neither %(known)s nor a code of the framework."
    ),
    "missing_column": _("The column “%(column)s” is missing."),
    "column_covered": _("“%(column)s” is a part of “%(by)s”; the file can have one of them only."),
    "unit_twice": _("“%(unit)s” is in the file twice."),
    "above_maximum": _("The score %(given)s is above the maximum %(highest)s."),
    "not_of_group": _("Group “%(group)s” is not assessed by this criterion."),
    "excluded_above_maximum": _(
        "What is not applicable adds up to %(excluded)s, more than the maximum %(maximum)s."
    ),
    "total_above_maximum": _("“%(unit)s” has %(total)s points, more than its maximum %(maximum)s."),
    "nothing_applicable": _("“%(unit)s” gets no total, because no criterion applies to it."),
}

STORING: dict[str, Promise] = {
    "too_long": _("“%(given)s” has %(length)s characters, %(highest)s are the most."),
    "too_many_digits": _(
        "%(given)s has too many digits: %(whole)s before and %(decimals)s after the mark are the"
        " most."
    ),
    "year_out_of_range": _("The year %(given)s is not one from %(lowest)s to %(highest)s."),
    "not_a_code": _("“%(given)s” cannot be a code: letters without marks, digits, - _ and . only."),
    "strange_sign": _("There is a sign in “%(given)s” that no text may have; write it again."),
    "group_of_several": _(
        "A comma or semicolon stands between the codes of several groups: none may be in a code."
    ),
    "too_many_nodes": _("It has %(given)s rows; %(highest)s are the most."),
    "days_backwards": _("The last day is before the first."),
}

WORKBOOKS: dict[str, Promise] = {
    "not_xlsx": _("This is not a readable Excel file (.xlsx). Save it again as .xlsx."),
    "workbook_too_large": _("The file is larger than it says: it was not opened."),
    "has_macros": _("The file carries macros. Save it as .xlsx without them."),
    "sheet_missing": _("The sheet “%(name)s” is missing or has no rows."),
    "unknown_sheet": _("The sheet “%(name)s” is none of %(known)s: rename or empty it."),
    "unknown_head": _("The head “%(column)s” is unknown; known are %(known)s."),
    "cell_without_head": _("The column has no head in the first row."),
    "unknown_row": _("“%(name)s” is no row of this sheet."),
    "cell_formula": _("A formula is not taken over: put its value in the cell."),
    "cell_error": _("The cell shows the error %(given)s."),
    "cell_is_day": _(
        "The spreadsheet has made the day %(given)s of what was typed: format the cell as text and"
        " type it again."
    ),
    "code_is_number": _(
        "The code is kept as the number %(given)s, so 4.10 and 4.1 are the same: format the cell"
        " as text and type it again."
    ),
    "cells_merged": _("The cells %(cells)s are merged: separate them."),
    "not_for_rule": _("The scoring rule does not use this cell: empty it or choose another rule."),
    "not_for_level": _("Only criteria have this: empty the cell."),
    "rows_missing": _("The sheet with the details of rules has no row for it."),
    "parent_missing": _("There is no area or section “%(given)s” above it."),
    "criterion_missing": _("There is no criterion “%(given)s”."),
    "part_missing": _("The criterion has no part “%(given)s” above this row."),
}

SENTENCES = {**WORKBOOKS, **STORING, **SHAPES, **RULES, **FRAMEWORKS, **FILES}

STEPS: dict[str, Promise] = {
    "missing": _("Not filled in yet."),
    "waits_for_group": _("Known when the whole group has answered."),
    "information": _("For information only; no points."),
    "proportion": _("%(a)s/%(b)s × %(maximum)s = %(points)s"),
    "proportion_of_target": _("%(a)s/%(b)s ÷ %(full_at)s %% × %(maximum)s = %(points)s"),
    "proportion_capped": _("%(a)s/%(b)s gives the maximum, %(maximum)s"),
    "empty": _("%(label)s is 0: by the rule %(points)s points"),
    "empty_not_applicable": _("%(label)s is 0: by the rule not applicable"),
    "best_of_group": _("%(own)s/%(best)s (highest of the group) × %(maximum)s = %(points)s"),
    "best_so_far": _(
        "%(own)s/%(best)s (highest so far) × %(maximum)s = %(points)s, until all have answered"
    ),
    "survey": _("(%(mean)s − %(lowest)s)/(%(highest)s − %(lowest)s) × %(maximum)s = %(points)s"),
    "target_met": _("The target is met: %(points)s points"),
    "target_missed": _("The target is not met: %(points)s points"),
    "step": _("%(figure)s, from %(from)s on: %(points)s points"),
    "step_above": _("%(figure)s, above %(from)s: %(points)s points"),
    "below_all_steps": _("%(figure)s, below all steps: 0 points"),
    "option": _("%(title)s: %(points)s points"),
    "per_item": _("%(count)s × %(each)s = %(points)s"),
    "per_item_full": _("%(count)s × %(each)s gives the maximum, %(maximum)s"),
    "deduction": _("%(count)s × %(each)s taken away: %(points)s"),
    "graded": _("Graded %(points)s of %(maximum)s"),
    "rescaled": _("%(sum)s × %(whole)s/%(left)s, without what is not applicable"),
    "sum": _("%(points)s = %(sum)s"),
    "sum_capped": _("%(points)s = %(sum)s, at most %(maximum)s"),
}


def sentence_of(fault: Fault) -> str:
    """One line: where, then what is wrong and what to do."""
    facts = {
        name: quoted(value, LONGEST_LIST) if name == "known" else shown(value)
        for name, value in fault.facts.items()
    }
    sentence = str(SENTENCES[fault.code]) % facts
    places = list(places_of(fault.where))
    return f"{', '.join(places)}: {sentence}" if places else sentence


CHANGES: dict[Change, Promise] = {
    Change.LEVEL: _("Level in the tree"),
    Change.TITLE: _("Criterion title"),
    Change.MAXIMUM: _("Maximum"),
    Change.WEIGHT: _("Weight"),
    Change.RULE: _("Scoring rule"),
    Change.GROUPS: _("Groups"),
    Change.EVIDENCE: _("Evidence"),
    Change.VERIFIER: _("Verified by"),
    Change.MEASURE: _("Automatic measure"),
    Change.SOURCE: _("Source"),
    Change.GAP: _("Not known"),
}
NEW, GONE = _("new"), _("no more")


@dataclass(frozen=True)
class Told:
    """A difference as its row on a page."""

    place: str  # "1.9 Máy tính" or "Xếp loại Tốt"
    words: str
    decides: bool


def difference_in_words(found: Difference) -> Told:
    """Where it is and what it was before."""
    if found.change is Change.TERM:
        place = " ".join(filter(None, [key_words(found.key), named_row(found)]))
        return Told(place, from_to(found), found.decides)
    place = f"{found.code} {quoted(found.title)}"
    if found.change is Change.ADDED:
        return Told(place, str(NEW), found.decides)
    if found.change is Change.REMOVED:
        return Told(place, str(GONE), found.decides)
    what = str(CHANGES[found.change])
    if found.change is Change.RULE and found.key != "type":
        what = f"{what}, {key_words(found.key)}"
    return Told(place, f"{what}: {from_to(found)}", found.decides)


def named_row(found: Difference) -> str:
    """Which row of a list, where its key does not say it."""
    if found.key == "schedule":
        step, _blank, again = found.title.partition(" ")
        return f"“{value_words('step', step)}” {again}".strip()
    return f"“{found.title}”" if found.key in {"classes", "groups"} else ""


def from_to(found: Difference) -> str:
    key = {Change.LEVEL: "level", Change.RULE: found.key, Change.TERM: found.key}
    before, after = (
        quoted(value_words(key.get(found.change, ""), value)) or "–"
        for value in (found.before, found.after)
    )
    return f"{before} → {after}"


def summary_of(faults: Sequence[Fault]) -> str:
    """The first fault, and how many there are besides."""
    first = sentence_of(faults[0])
    others = len(faults) - 1
    return f"{first.rstrip('.')} ({str(OTHERS) % {'count': others}})." if others else first


def places_of(where: tuple[str, ...]) -> Iterable[str]:
    """The way to the fault in words: "Scores, line 5, a"."""
    following = iter(where)
    for place in following:
        if place in MARKS:
            yield str(MARKS[place]) % {"number": next(following, "")}
        else:
            yield str(PLACES.get(place, quoted(place)))


def explained(steps: Iterable[Step]) -> str:
    """How points were found: "394/508 × 10 = 7,76". Numbers are rounded to be read."""
    return "; ".join(step_in_words(step) for step in steps)


def step_in_words(step: Step) -> str:
    kind = step.kind
    if kind == "missing" and step.facts.get("names") == ["group"]:
        kind = "waits_for_group"
    if kind == "proportion" and Decimal(step.facts["full_at"]) != 100:
        kind = "proportion_of_target"
    facts = {name: shown(value) for name, value in step.facts.items()}
    return str(STEPS[kind]) % facts


def shown(value: object) -> str:
    """A number with the mark of the language, at most two decimals; words on one line."""
    if isinstance(value, list):
        return " + ".join(map(shown, value))
    if isinstance(value, Decimal):
        return number_format(plain(half_up(value, SHOWN_DECIMALS)))
    return quoted(value)


def quoted(value: object, longest: int = LONGEST) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= longest else text[:longest] + "…"
