"""Corrective actions 纠正措施: what is changed so that the same is not complained of again; by whom, until when.

Verified by somebody else than whoever did it; a case is closed when each is verified or dropped (property.md, part
complaints).
"""
