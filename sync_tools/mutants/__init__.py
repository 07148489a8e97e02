"""Mechanical mutants of a program's synchronization: what a lab's tests must notice, made by rule and not by taste."""
