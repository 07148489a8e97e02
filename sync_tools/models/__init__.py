"""Layer 3: the standard library's blocking objects, each written once, over a world."""
