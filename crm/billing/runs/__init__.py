"""出账: a month's bills of one charge item, previewed and then published, in set-based SQL."""
