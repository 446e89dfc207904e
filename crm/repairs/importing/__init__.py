"""Taking over a history of repairs from a company's own workbook.

A row becomes one order, with a number of ours in the series of the month in which it is taken over; the company's own
stays beside it. What is finished is filed, without a paper in the dossier and without promises: what was promised then
is unknown, so it counts in no figure of punctuality. What is not finished is refused, unless somebody says that such
rows are open jobs: those are registered, and what is promised for them counts from the step that takes them over, not
from a report that lies months back. Decision 033.
"""
