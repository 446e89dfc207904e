"""统计: the registers and figures a company reports every month, and the month-end pack.

A sheet asks the packages for their own figures and reckons nothing anew: by estate, beside the month before and the
same month a year ago. What is new comes with its package as a `Sheet` of its own, listed in `reports.SHEETS`.
"""
