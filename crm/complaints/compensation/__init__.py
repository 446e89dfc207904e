"""Compensation 补偿: what a complaining customer gets for the trouble: asked for by one, approved by another who is not
of the department complained about, then given (property.md, complaints)."""
