"""Background work 后台任务: a row is the truth; runners claim its chunks with a lease and a fence.

A message lost or delivered twice, a runner killed at any moment: the sweep hands expired leases out again and the
fence keeps a late runner from writing. Source: design "Background work", decision 014.
"""
