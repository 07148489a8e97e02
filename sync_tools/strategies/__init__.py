"""Layer 3: policies that decide who runs next. Each is a small class with at most three methods."""
