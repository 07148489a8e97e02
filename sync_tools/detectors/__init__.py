"""Layer 3: what a finished schedule tells: why nobody can run, and which pattern broke the program."""
