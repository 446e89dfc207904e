"""图纸: drawings of a unit, a building or an estate with all their versions. What was brought is never taken away."""
