"""Take two orders and print who heard of them."""

from .event_bus import main

if __name__ == "__main__":
    main()
