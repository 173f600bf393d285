"""Rules that are data with dates: `rules(CLOCK, day).due_soon_days`."""

from organizations.rulesets.ground import (
    CLOCK,
    LOOKUP,
    SIGN_IN,
    ClockRules,
    LookupRules,
    SignInRules,
    WarningStep,
)
from organizations.rulesets.registry import (
    ALWAYS,
    REGISTRY,
    InForce,
    RuleError,
    RuleKind,
    as_data,
    change_rules,
    in_force,
    names_of,
    register,
    rules,
    setting,
)

__all__ = [
    "ALWAYS",
    "CLOCK",
    "LOOKUP",
    "REGISTRY",
    "SIGN_IN",
    "ClockRules",
    "InForce",
    "LookupRules",
    "RuleError",
    "RuleKind",
    "SignInRules",
    "WarningStep",
    "as_data",
    "change_rules",
    "in_force",
    "names_of",
    "register",
    "rules",
    "setting",
]
