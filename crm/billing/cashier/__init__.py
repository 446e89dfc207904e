"""收费台: taking money at the counter, receipts without gaps, and the cashier's day close. Clauses P-01, P-06, P-18.

A receipt freezes what it says when the money comes in, in the same unit of work, and keeps its number for good. A
drawer holds what a cashier took in and gave back in an estate since the last close; the close counts it blind.
"""
