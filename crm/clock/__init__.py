"""The clock 定时任务: what is done every so often, by whichever process comes first.

A task's due moments follow from its period alone, so that all clocks agree on them; whoever stores the row of one
does the work (`JobRun`). What the tasks are, the one table in `crm.schedule` says. Source: design "Background work",
decision 039.
"""
