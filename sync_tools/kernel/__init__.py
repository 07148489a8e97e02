"""Layer 2: virtual threads, their scheduling points, virtual time and quiescence."""
