"""E-mail that leaves the house: written in the transaction of what it tells, sent by a job with a lease.

After a crash a mail may go twice, never not at all. Decision 015.
"""
