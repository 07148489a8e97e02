"""Open the shop, load its settings and print where the money went."""

from .config_ready import main

if __name__ == "__main__":
    main()
