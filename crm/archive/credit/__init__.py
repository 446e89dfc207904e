"""The loan and guarantee register: clients, projects (借/保), guarantors, collateral, contracts, money facts, A and B.

Clauses L-02, L-06, L-16, L-21; section 2.9; the register behind every sealed dossier.
"""
