"""The dated rules of signatures on documents; chosen by the day of signing."""

from __future__ import annotations

from dataclasses import dataclass

from organizations.rulesets import register, setting


@dataclass(frozen=True)
class SignatureRules:
    """What a signature shows beyond what the decree asks for."""

    seal_words: bool = setting(
        False,
        "name of the agency and time beside the seal: NĐ 30/2020/NĐ-CP Phụ lục I asks for none; "
        "TT 01/2019/TT-BNV Điều 13 did",
    )
    needs_stamp: bool = setting(
        False,
        "no signature without a time stamp: no decree asks for it of all documents; a signature "
        "with one is believed when its certificate has ended or was revoked since",
    )


SIGNATURES = register("signatures", SignatureRules)
