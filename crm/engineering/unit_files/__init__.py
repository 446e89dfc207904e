"""单元工程档案: all that is known of how a unit was built, on one page and on one paper. Clause P-16."""
