from reports.models.evaluations import (
    Evaluation,
    EvaluationRow,
    EvaluationState,
    SheetKind,
    Tier,
)
from reports.models.statements import NEXT, Report, ReportState
from reports.models.summaries import Cell, DirtyDay, Span, Stock, Stocktaking, SummaryCheck
from reports.models.task_statements import TaskReport
from reports.periods import PeriodKind

__all__ = [
    "NEXT",
    "Cell",
    "DirtyDay",
    "Evaluation",
    "EvaluationRow",
    "EvaluationState",
    "PeriodKind",
    "Report",
    "ReportState",
    "SheetKind",
    "Span",
    "Stock",
    "Stocktaking",
    "SummaryCheck",
    "TaskReport",
    "Tier",
]
