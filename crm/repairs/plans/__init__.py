"""Planned maintenance of equipment: what falls due, and the jobs made of it."""
