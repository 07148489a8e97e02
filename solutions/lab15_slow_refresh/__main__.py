"""Quote prices while the rates are refreshed and print the longest wait."""

from .slow_refresh import main

if __name__ == "__main__":
    main()
