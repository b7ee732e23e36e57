"""A rehearsal: a whole Circle in memory, with made-up people at its table, that leaves nothing behind.

What is different from an evening stands in docs/adr/0013-rehearsal.md.
"""
