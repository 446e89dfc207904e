"""Reading a year's notice as people have it: the published text, lines of dates, or JSON."""
