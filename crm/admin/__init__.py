"""The administrator's desk 系统管理: people and what they may do, the company's figures and words, the logs."""
