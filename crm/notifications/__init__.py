"""The bell 消息提醒: what a person should look at, grouped by what it is about, with the link that leads there."""
