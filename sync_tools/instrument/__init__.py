"""Layer 3: the syntax-tree rewriter, the loader and the access hooks."""
