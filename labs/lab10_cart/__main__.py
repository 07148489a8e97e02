"""Fill a cart from two tabs and print what is in it."""

from .cart import main

if __name__ == "__main__":
    main()
