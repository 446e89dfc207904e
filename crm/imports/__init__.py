"""A company's own workbooks become estates, units, customers and occupancies.

reading -> understanding -> drafting -> storing; nothing is dropped without a named reason. Decision 009.
"""
