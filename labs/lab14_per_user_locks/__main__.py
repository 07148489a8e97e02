"""Book a morning's orders at three tills and print whose points are missing."""

from .per_user_locks import main

if __name__ == "__main__":
    main()
