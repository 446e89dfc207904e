"""The company's own figures and words: figures 参数 with a validity period and the mark "company to confirm", and
dictionaries 字典 of categories and texts that a company changes. Defaults stand in code; an unknown key is a bug.
"""
