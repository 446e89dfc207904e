"""Taking over a history of repairs from a company's own workbook."""
