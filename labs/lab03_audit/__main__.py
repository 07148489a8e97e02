"""Move money, audit the accounts and print what the auditor found."""

from .audit import main

if __name__ == "__main__":
    main()
