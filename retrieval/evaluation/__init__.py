"""How good the ranking is: judged question sets, spelling variants, metrics.

`hoidap eval FOLDER…` prints a table and one line of JSON.
"""
