"""What a company charged before: fee sheets that the first import kept, and histories of bills and payments.

`sheets` turns the kept ones into charge items and prices, `history` a workbook of paid periods into bills and payments.
A row becomes one bill, for the sum it says; what was paid on it becomes a payment. The sums of a file are those of its
bills and of its refused rows, to the fen.
"""
