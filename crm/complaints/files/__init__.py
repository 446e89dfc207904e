"""Photographs and documents of a complaint: whatever proves something. They stay on the file."""
