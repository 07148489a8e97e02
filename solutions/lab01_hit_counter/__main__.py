"""Serve a morning's visitors and print the count."""

from .hit_counter import main

if __name__ == "__main__":
    main()
