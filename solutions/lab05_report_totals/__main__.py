"""Make the month's sales report and print it."""

from .report_totals import main

if __name__ == "__main__":
    main()
