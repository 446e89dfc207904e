"""The demo company: one small believable property-management company, the same from every run with the same seed.

Owns the invented facts that `crm demo`, the tests and the screenshots share. `facts.py` says what they look like,
`company.py` generates them building by building, `cast.py` names the staff who may log in. Nothing here is real:
mobile numbers carry the middle group 000x, landlines begin with 0 after the area code, mail goes to example.com.
"""
