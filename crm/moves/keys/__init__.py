"""Keys and cards of a unit: which there are, who has them, signed for and given back."""
