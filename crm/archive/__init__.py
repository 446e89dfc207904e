"""The shared archive 档案: dossiers, their numbers, the loan/guarantee register, the hand-over.

A library that every other package files into: it knows a matter by a neutral reference (kind, id) and no feature by
name. Sources: clauses L-01…L-38, P-02…P-05 and the readings A-01…A-22 of the two archive policies.
"""
