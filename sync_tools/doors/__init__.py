"""Layer 6: the pytest plugin, the command line, the grader."""
