"""``python -m sync_tools`` does what ``synclab`` does."""

from sync_tools.doors.cli import main

if __name__ == "__main__":
    main()
