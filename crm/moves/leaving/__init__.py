"""迁出与过户: who leaves a unit and who takes it over, on which day, with readings, keys, money and signatures.

The seller's debt stays the seller's, always (decision 043). Clauses P-06, P-09.
"""
