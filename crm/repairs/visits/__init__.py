"""回访: the work list of customers to ask, the form they are asked with, and filing what is settled."""
