"""The fee sheets that the first import kept word for word: charge items, prices, and which units have them."""
