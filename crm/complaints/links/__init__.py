"""What a complaint has to do with: repairs, bills, violations, letters, calls, people; and, from there, the complaints
about it. Nothing is unlinked: what somebody once saw a link in stays on the file."""
