from onestop.models.catalogue import (
    Channel,
    ImportDraft,
    ImportKind,
    Level,
    LimitUnit,
    Procedure,
    ProcedureChannel,
    ProcedureComponent,
    ProcedureState,
    ProcedureUnit,
    ProcedureVersion,
)
from onestop.models.processes import Process, ProcessState, ProcessStep, StepKind

__all__ = [
    "Channel",
    "ImportDraft",
    "ImportKind",
    "Level",
    "LimitUnit",
    "Procedure",
    "ProcedureChannel",
    "ProcedureComponent",
    "ProcedureState",
    "ProcedureUnit",
    "ProcedureVersion",
    "Process",
    "ProcessState",
    "ProcessStep",
    "StepKind",
]
