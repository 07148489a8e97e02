"""Scan one object from all positions of a camera ring and print how far it got."""

from .philosophers import main

if __name__ == "__main__":
    main()
