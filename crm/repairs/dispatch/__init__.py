"""派工: the board, the day's calendar, and what is not accepted in time."""
