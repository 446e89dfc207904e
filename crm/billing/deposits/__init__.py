"""押金/保证金: money that is the customer's and is held as security, in a book of its own for each estate. Clause P-01.

A deposit is taken once and becomes less by movements: deducted line by line, given back, forfeited. Only `balance`
moves, and never without a row that says why; the day's tie-out holds the register against the rows and the bank.
Whatever a second person must see is a request: one asks, another decides, the cashier pays out.
"""
