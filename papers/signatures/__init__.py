"""Signatures in PDF: a person first, then number and date, then the seal; and the check of them.

No tables and no pages: bytes in, bytes or a verdict out (docs/decisions/0012-signatures.md).
"""
