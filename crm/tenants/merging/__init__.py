"""Two files of one customer: found, merged into one, and told apart again.

Nothing is moved and nothing is erased: a merge is a row, its undoing another, and what hangs on a file stays where it
was entered. Readers see one customer because `crm.tenants.models.in_one_file` says so. Decision 019.
"""
