"""The form fields of a paper that is signed. They are in it before the first signature.

NĐ 30/2020/NĐ-CP Phụ lục I: number (box 3), date (box 4), the signature of the person (box 7c), the
seal (box 8) over about a third of it on its left. Made later they would change a signed document.
"""

from __future__ import annotations

NUMBER, DATE, PERSON, SEAL = "so", "ngay", "nguoi_ky", "con_dau"
SECOND = "nguoi_ky_2"  # who signs on the left: a secretary, the other party
PERSONS = (SECOND, PERSON)  # in this order
TEXTS = frozenset({NUMBER, DATE})
READ_ONLY = 1  # ISO 32000-1 table 221: nobody types into the field
