from reports.models.statements import NEXT, Report, ReportState
from reports.models.summaries import Cell, DirtyDay, Span, Stock, Stocktaking, SummaryCheck
from reports.periods import PeriodKind

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
