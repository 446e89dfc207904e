"""Dossiers 案卷: templates, sections, slots, items, files, attachments, volumes, places, custody, corrections.

A sealed dossier (loan, guarantee) is closed once filed; an accretive one (a customer's) lives, and its items are
filed one by one. Nothing filed is edited or deleted. Clauses L-03…L-15, L-37, L-38, P-02…P-05, sections 2.1–2.4,
2.10; invariants I1, I2, I8, I10.
"""
