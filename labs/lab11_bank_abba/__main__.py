"""Run a morning of standing orders between two accounts and print what became of them."""

from .bank_abba import main

if __name__ == "__main__":
    main()
