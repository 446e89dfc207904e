"""催缴函的制发: letters made from what a review decided, previewed, rolled back, printed, mailed and served."""
