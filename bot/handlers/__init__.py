"""One file a surface; each turns updates into calls of `answering` and nothing else."""
