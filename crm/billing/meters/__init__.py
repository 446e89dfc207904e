"""抄表: meters of units and of public places, what was read off them, and what was used between two readings. P-06.

The previous reading always comes from the ledger of readings. A reading closes the days from the one before it up to,
without, its own day; it is billed in the month it was read in.
"""
