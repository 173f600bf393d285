"""Frameworks as workbooks (XLSX): written for officials to edit, read again without loss.

One sheet has the tree, one the steps, options and parts of rules, the others the terms. What
stands in which cell is said in `layout`; `write` and `read` know nothing else.
"""
