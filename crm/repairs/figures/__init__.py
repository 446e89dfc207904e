"""On-time, first-fix, cost: figures with their definitions, charts and the monthly report."""
