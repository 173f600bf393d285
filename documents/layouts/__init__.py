"""How the portal's own documents look (NĐ 30/2020/NĐ-CP Phụ lục I), and the form of uploaded ones.

Pure: text in, PDF out; no tables, no pages.
"""
