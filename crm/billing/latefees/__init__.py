"""违约金: simple interest by the day on what is overdue. Off until the company switches it on and names its clause.

Charged by an act that is previewed first, as bills of their own that can be waived or made void like any other.
"""
