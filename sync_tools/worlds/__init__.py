"""Layer 3: the explored world, the native world, and the patch that puts either under ``threading``."""
