"""收费项目与收费标准: what an estate charges for, at which price from which day on, and on what legal basis."""
