"""欠费审核: the monthly review of who owes what, and every step taken about it. Clause P-13, section billing/arrears.

An account is a customer's whole file in one estate. What is owed, how old it is, whether a promise is kept and how far
the dunning has come all follow from bills, payments and what was done; only what somebody decided is stored.
"""
