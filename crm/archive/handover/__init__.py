"""The hand-over of a project's dossier: A prepares, B audits and codes, the archivist receives; three sign.

Lists in three copies bound to their content by a hash, supplement lists, two clocks of working days, postponements,
the register 登记本. Clauses L-06…L-13, L-16…L-21, readings A-02…A-05, A-07, section 2.2, invariants I5, I11, I12.
"""
