"""Forged documents, made by script, by the families of the published attacks.

Mainka, Mladenov, Rohlmann: "Shadow Attacks" (NDSS 2021), "Breaking the Specification: PDF
Certification" (IEEE S&P 2021), "1 Trillion Dollar Refund" (CCS 2019): incremental saving, signature
wrapping, universal forgery, evil annotation, sneaky signature.
"""

from papers.signatures.reasons import Reason as R
from tests.papers.signatures.forging import bytes as written_wrongly
from tests.papers.signatures.forging import certificates, updates

# Family → who makes its files, and of which reasons each file must have one
FAMILIES = {
    "byte ranges": (written_wrongly.byte_ranges, {R.BYTE_RANGE, R.BROKEN, R.UNREADABLE}),
    "owners": (certificates.owners, {R.OWNER}),
    "structures": (written_wrongly.structures, {R.STRUCTURE, R.ORDER, R.AFTER, R.UNSIGNED}),
    "incremental": (updates.incremental, {R.CHANGED}),
    "shadow hide": (updates.shadow_hide, {R.CHANGED, R.HIDDEN}),
    "shadow replace": (
        updates.shadow_replace, {R.CHANGED, R.FIELDS, R.HIDDEN, R.AFTER, R.UNREADABLE}
    ),
    "certified": (updates.certified, {R.CHANGED, R.FIELDS, R.HIDDEN}),
    "trailing": (written_wrongly.trailing, {R.STRUCTURE, R.AFTER, R.BROKEN, R.UNREADABLE}),
    "certificates": (
        certificates.certificates,
        {R.UNTRUSTED, R.OUT_OF_TIME, R.REVOKED, R.UNKNOWN, R.USAGE, R.WEAK, R.TIME, R.STAMP},
    ),
}  # fmt: skip
