from ranking.models.appraisals import Appeal, Choice, Inquiry, Verdict
from ranking.models.assessments import (
    Answer,
    Assessment,
    Evidence,
    EvidenceUse,
    Figure,
    FigureSource,
)
from ranking.models.cycles import NEXT, Cycle, CycleState, Part, Remit, Seat
from ranking.models.frameworks import (
    Criterion,
    Framework,
    FrameworkComment,
    FrameworkState,
    Level,
)
from ranking.models.publications import Publication, PublicationState, Standing

__all__ = [
    "NEXT",
    "Answer",
    "Appeal",
    "Assessment",
    "Choice",
    "Criterion",
    "Cycle",
    "CycleState",
    "Evidence",
    "EvidenceUse",
    "Figure",
    "FigureSource",
    "Framework",
    "FrameworkComment",
    "FrameworkState",
    "Inquiry",
    "Level",
    "Part",
    "Publication",
    "PublicationState",
    "Remit",
    "Seat",
    "Standing",
    "Verdict",
]
