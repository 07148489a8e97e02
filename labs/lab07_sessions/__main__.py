"""Let shoppers come and go while a sweeper ends idle sessions, then print how many are left."""

from .sessions import main

if __name__ == "__main__":
    main()
