from reports.models.statements import NEXT, PeriodKind, Report, ReportState
from reports.models.summaries import Cell, DirtyDay, Span, SummaryCheck

__all__ = [
    "NEXT",
    "Cell",
    "DirtyDay",
    "PeriodKind",
    "Report",
    "ReportState",
    "Span",
    "SummaryCheck",
]
