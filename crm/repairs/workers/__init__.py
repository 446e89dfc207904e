"""Who repairs: trades, shifts, absences, and how much each has to do."""
