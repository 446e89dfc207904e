"""A small store of materials, and what is in each worker's van."""
