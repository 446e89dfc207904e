"""The verbs of retention: holds, lists, opinions, approval, witnesses, destruction, wiping."""
