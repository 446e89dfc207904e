"""Histories of a company's own workbooks: what taking over its bills, its repairs and its complaints has in common.

`taking.TakingOver` is how one is taken over, `pages.HistoryPages` its pages, `jobs.carrying_out` its background work;
a row is read by `row.HistoryRow`, decided in `draft.Draft`. Decision 035.
"""
