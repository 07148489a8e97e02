"""Sell a little tea and print what is left."""

from .inventory import main

if __name__ == "__main__":
    main()
