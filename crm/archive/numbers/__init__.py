"""Archive numbers 档号: 2012鸿借字第001号, reserved, committed or void, never rebuilt and never reused.

Owns their form and its reading, and the ledger of numbers. Clauses L-21 and L-31, readings A-08…A-11, invariant I4.
"""
