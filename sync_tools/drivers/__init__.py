"""Layer 4: explore, stress, shrink, replay."""
