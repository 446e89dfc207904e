"""迁入、迁出、过户: the guided workflows of a customer's coming and going. Clauses P-06, P-08, P-09."""
