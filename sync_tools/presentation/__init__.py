"""Layer 5: pure functions from a value to text."""
