"""整理报告: what a filing review found, with the trend, to be signed and kept. Clause P-19."""
