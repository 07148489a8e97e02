"""Layer 0: the words every other room speaks. Nothing here imports from another room."""
