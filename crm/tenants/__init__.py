"""Customers 客户 and everything known of them: effective-dated facts, phones, people, emergency contacts, vehicles,
and the occupancies 入住关系 that bind them to units. Clauses P-01, P-05, P-08 to P-11; decision 007.
"""
