"""Taking over an older register from a workbook: understood, tried dry, stored; the same file again changes nothing."""
