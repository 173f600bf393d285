"""Which acts stand beside the title of a dossier, and which lie in the menu. No database."""

from __future__ import annotations

from collections.abc import Sequence

BESIDE_THE_TITLE = 2
# possible at any time and rarely meant: never the button under the hand
IN_THE_MENU = frozenset(
    {
        "refuse",
        "stop",
        "stop_arrival",
        "request_withdrawal",
        "take_fee",
        "correct",
        "void",
        "ask_extension",
        "control_sheet",
        "replace_receipt",
        "record_refund",
        "refuse_part",
        "waive_part",
    }
)
ANOTHERS_WORK = frozenset({"ask_supplement", "take_over"})  # while somebody has it in hand


def arrange(names: Sequence[str], *, held_by_another: bool) -> tuple[list[str], list[str]]:
    """Names of the buttons, the primary one first, and of the entries of the menu."""
    menu = IN_THE_MENU | ANOTHERS_WORK if held_by_another else IN_THE_MENU
    buttons = [name for name in names if name not in menu][:BESIDE_THE_TITLE]
    return buttons, [name for name in names if name not in buttons]
