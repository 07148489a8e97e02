"""Send a batch of photos through the buffer and print who resized them."""

from .bounded_buffer import main

if __name__ == "__main__":
    main()
