"""Let three cash machines share one account and print the books."""

from .withdraw import main

if __name__ == "__main__":
    main()
