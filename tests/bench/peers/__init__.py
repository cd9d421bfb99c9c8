"""hoidap beside what people pick instead; `make bench-peers` runs it, in an environment of its own.

No module here imports a peer where it is imported itself: each peer is loaded by the process that
measures it, so that its time and memory are its own, and nothing else needs it to be installed.
"""
