"""Noting a violation: one short form, and what is known of the place and of such cases while it is typed."""
