"""How good the ranking is: judged question sets, spelling variants, metrics.

Run `python -m retrieval.evaluation FOLDER…` for a table and one line of JSON.
"""
