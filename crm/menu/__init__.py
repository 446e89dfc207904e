"""The parts of the left menu that are long; `crm.wiring` puts them between the customers' desks and the system."""
