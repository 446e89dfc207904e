"""What is complained about, how soon it is answered, and which department it is usually about."""
