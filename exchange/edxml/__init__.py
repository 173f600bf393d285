"""edXML, the messages in which agencies send each other documents and tell what became of them.

QCVN 102:2016/BTTTT (TT 10/2016/TT-BTTTT, amended by TT 01/2022/TT-BTTTT). No database, no clock
and no settings but in `incoming`: `reading` is tolerant, `writing` strict.
"""
