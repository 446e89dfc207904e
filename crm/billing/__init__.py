"""What customers owe and pay: charges, meters, runs, the ledger, the counter, deposits. Clauses P-01 and P-06.

Bills, not paid-through dates: each stretch of days that is charged is a row that says why, and what settles it are
further rows (decision 026). Sums are yuan; a balance is positive when the customer owes it.
"""
