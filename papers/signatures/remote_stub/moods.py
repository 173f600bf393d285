"""How the service misbehaves: faults by the call that they befall."""

from __future__ import annotations

from dataclasses import dataclass, field

# of authorizeCheck, and of authorize with a code
REFUSED, EXPIRED = "refused", "expired"
# of credentials/info
NO_CHAIN, OTHER_CERTIFICATE = "no-chain", "other-certificate"
# of signHash
OTHER_KEY, OTHER_HASH, ONE_MISSING = "other-key", "other-hash", "one-missing"
# of any of them, told with its name: "signHash garbage"
GARBAGE, NO_OBJECT, ERROR, HANG, LOST_TOKEN = "garbage", "no-object", "error", "hang", "lost-token"
FAULTS = (
    REFUSED, EXPIRED, NO_CHAIN, OTHER_CERTIFICATE, OTHER_KEY, OTHER_HASH, ONE_MISSING,
    *(
        f"{call} {fault}"
        for call in ("token", "info", "authorize", "authorizeCheck", "signHash")
        for fault in (GARBAGE, NO_OBJECT, ERROR, HANG, LOST_TOKEN)
    ),
)  # fmt: skip


@dataclass
class Mood:
    """`polls`: how often the phone is asked for before its owner has pressed; `code`: what he types
    in instead, "" for a phone that asks by itself; `most`: signatures with one confirmation."""

    faults: set[str] = field(default_factory=set)
    polls: int = 1
    code: str = ""
    most: int = 20
    plain: bool = False  # names its algorithm without the digest

    def has(self, fault: str, call: str = "") -> bool:
        return (f"{call} {fault}" if call else fault) in self.faults
