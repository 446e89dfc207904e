"""The books: bills, payments, what settles what, adjustments by two people, disputes, closed months.

A bill and a payment are their own postings: what is open of either follows from the rows that point to it, and only
that figure ever changes (decision 026). An account is a customer's file: its balance is the sum of what is open of its
bills less what is open of its payments, and equals the sum of all its documents.
"""
