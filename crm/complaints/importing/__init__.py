"""Taking over a history of complaints from a company's own workbook.

A row becomes one case, with a number of ours; the company's own stays beside it. What is over is filed, without
promises and without a paper in the dossier. What is not over is refused, unless somebody says that such rows are open
cases: those are received anew, and their clocks begin with the step that takes them over. Decisions 033, 035.
"""
