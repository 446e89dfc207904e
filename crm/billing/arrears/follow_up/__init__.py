"""跟进: who is to be talked to today about what they owe, noting it in few keys, and bringing promised days to mind.

The rule (P-13): whoever is long overdue is contacted every so many days (`contacts.figures`); what was agreed comes on
top of it. It reads contacts, promises, plans, cases and exclusions together, so it stands above them.
"""
