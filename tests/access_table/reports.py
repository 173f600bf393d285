"""Routes of the reports."""

from __future__ import annotations

SEES = "head,leader,overseer,superuser"  # who holds the right on some unit
OWN = "leader,overseer,superuser"  # on the agency itself: a head of a division sees his division


def reads() -> tuple[str, ...]:
    """The lines of a page of one report."""
    return (
        "GET *=404",
        "POST *=405",
        f"GET report:own {OWN}=200 *=404",
        "GET report:other overseer,superuser=200 *=404",
        "GET report:away *=404",
    )


ACTS = (
    "GET *=405",
    "POST *=404",
    "POST report:own leader,overseer=- superuser=403 *=404",
    "POST report:other overseer=- superuser=403 *=404",
    "POST report:away *=404",
)
ACCESS: dict[str, tuple[str, ...]] = {
    "reports:report_detail": reads(),
    "reports:report_dossiers": (
        "GET *=404",
        "POST *=405",
        "GET report:own *=404",  # without a column no figure is named
        "GET report:away *=404",
    ),
    "reports:report_export": reads(),
    "reports:report_list": (
        f"GET {SEES}=200 *=403",
        "POST *=405",
    ),
    "reports:report_make": (
        "GET *=405",
        f"POST {SEES}=422 *=403",
    ),
    "reports:report_print": reads(),
    "reports:report_review": ACTS,
    "reports:report_sign": ACTS,
}
