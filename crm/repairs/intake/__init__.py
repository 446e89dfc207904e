"""Taking a repair call in seconds, with what is known already about the place."""
