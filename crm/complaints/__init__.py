"""投诉: from anyone, about anything of ours, answered in time, called back by others, closed with its cause.

Clauses P-15, P-18, P-20.
"""
