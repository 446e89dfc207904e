"""The face's machinery: the application class, lists, forms, PDF, Excel, language, menu. Knows no feature."""
