"""Alembic's scripts, run by `crm init` on both engines."""
