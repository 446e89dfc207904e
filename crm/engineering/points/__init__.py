"""机电点位: where in a unit water, power, data and gas lie; a point that moved is a new record that follows the old."""
