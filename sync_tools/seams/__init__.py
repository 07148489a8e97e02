"""Layer 1: what a world promises, which world is current, and the carrier of virtual threads."""
