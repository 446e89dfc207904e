"""出入证: workers' passes with photo, and the register of workers (D02, E03)."""
