"""套打函件: one text to many households, each a letter of the register with a number of its own. Clauses P-12, P-17."""
