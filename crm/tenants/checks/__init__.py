"""What the customers' files are asked in the filing review: complete, accurate, valid 全面、准确、有效.

Clauses P-01, P-03, P-05, P-10, P-11.

Asked is whoever has a unit: who has left is to have the file closed, and nothing else. What must be there need not be
there on the first day.
"""

from crm.tenants.checks import accurate, complete, contacts, numbers, units

CHECKS = (*complete.CHECKS, *numbers.CHECKS, *contacts.CHECKS, *accurate.CHECKS, *units.CHECKS)
