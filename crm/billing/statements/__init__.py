"""对账单 of a customer, and what was charged and collected by month, item and estate, with its definitions."""
