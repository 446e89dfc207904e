"""Working days 工作日 with the yearly holiday notice (放假、调休), office hours, and clocks that may pause.

The State Council's notice of a year is that year's calendar; where none is entered yet, weekends are off and whatever
was reckoned is provisional. Clauses L-16 to L-18 and choices A-02 to A-04 of the archive rules; decision 021.
"""
