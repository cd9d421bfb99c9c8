"""The recipe that makes the bundled embedding model.

Owns everything between the training files and `retrieval/model`: preparation, filtering, the
tokenizer, training, development evaluation and export. Refuses to know the index, the bot, or
how the product uses the vectors. Nothing outside this package imports it except the lead's
fusion calibration, which reads `split.load_dev`.
"""
