"""No act that moves a dossier stays unknown to other systems by mistake."""

import ast
from pathlib import Path

import onestop.services
from onestop.queries.machines import EVENTS

OF_A_PART = {"dossier.part_asked", "dossier.part_done", "dossier.part_refused"}  # its status moves
WITHOUT_A_MOVE = {  # the status stays what it was
    "dossier.extension_asked", "dossier.extension_refused", "dossier.fee_refunded",
    "dossier.fee_taken", "dossier.file_added", "dossier.noted", "dossier.opinion_given",
    "dossier.originals_kept", "dossier.originals_received", "dossier.originals_sent",
    "dossier.receipt_replaced", "dossier.result_printed", "dossier.uncollected",
    "dossier.unit_succeeded", "dossier.warned",
}  # fmt: skip
MOVES = {"change_status", "start_work"}


def acts():
    """Every act on a dossier that a service names: whether that function also moves a status."""
    found = {}
    for path in Path(onestop.services.__path__[0]).glob("*.py"):
        tree = ast.walk(ast.parse(path.read_text("utf-8")))
        for function in [node for node in tree if isinstance(node, ast.FunctionDef)]:
            parts = list(ast.walk(function))
            names = {part.value for part in parts if isinstance(part, ast.Constant)}
            moves = any(isinstance(part, ast.Attribute) and part.attr in MOVES for part in parts)
            for name in names:
                if isinstance(name, str) and name.startswith("dossier.") and " " not in name:
                    found[name] = found.get(name, False) or moves
    return found


def test_every_act_is_told_or_named_here_as_one_that_moves_no_status():
    found = acts()
    assert set(found) - set(EVENTS) == OF_A_PART | WITHOUT_A_MOVE
    assert set(EVENTS) <= set(found)


def test_what_moves_a_status_is_told():
    """Also what only begins the work: taking over, asking for an opinion, gathering the parts."""
    moving = {name for name, moves in acts().items() if moves}
    assert moving - set(EVENTS) == OF_A_PART
    assert {"dossier.gathered", "dossier.taken_over", "dossier.opinion_asked"} <= moving
