"""What a sheet means: where its headings stand, what kind of list it is, which column says what."""
