"""Let three drivers write to one log and count the lines that can be read."""

from .log_lines import main

if __name__ == "__main__":
    main()
