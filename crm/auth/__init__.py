"""Who may do what: users, departments, roles, permissions, sessions, and the limits on guessing.

Deny by default: a view without `requires` cannot be registered (`crm.web.application`), and every role is a set of
permissions in one table. Source: design "Reliability and security", decision 005.
"""
