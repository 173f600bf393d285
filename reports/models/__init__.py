from reports.models.statements import NEXT, PeriodKind, Report, ReportState
from reports.models.summaries import Cell, DirtyDay, Span, Stock, Stocktaking, SummaryCheck

__all__ = [
    "NEXT",
    "Cell",
    "DirtyDay",
    "PeriodKind",
    "Report",
    "ReportState",
    "Span",
    "Stock",
    "Stocktaking",
    "SummaryCheck",
]
