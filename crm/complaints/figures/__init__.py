"""The monthly analysis of complaints: in time, opened again, why and where, with definitions, pictures and a report."""
