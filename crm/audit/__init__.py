"""Every change, once: who, when, from where, what, old and new, in a hash chain nobody can rewrite unseen.

`record(event)` writes in the same transaction as the change. Rows take no UPDATE or DELETE (triggers on both
engines). Invariant I9; decision 006.
"""
