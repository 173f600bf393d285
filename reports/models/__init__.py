from reports.models.evaluations import (
    Evaluation,
    EvaluationRow,
    EvaluationState,
    SheetKind,
    Tier,
)
from reports.models.quality import QualityRound, QualitySheet, RoundState, SheetState
from reports.models.statements import NEXT, Report, ReportState, Statement
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
    "QualityRound",
    "QualitySheet",
    "Report",
    "ReportState",
    "RoundState",
    "SheetKind",
    "SheetState",
    "Span",
    "Statement",
    "Stock",
    "Stocktaking",
    "SummaryCheck",
    "TaskReport",
    "Tier",
]
