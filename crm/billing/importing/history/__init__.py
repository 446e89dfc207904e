"""A workbook of paid periods: understood, tried dry, stored; the same file again changes nothing."""
