"""The function given to Executor.map adds to a shared total.

fails: assertion
"""

from concurrent.futures import ThreadPoolExecutor

totals = {"all": 0}


def price(item):
    totals["all"] += {"pen": 2, "cup": 5}[item]


def scenario():
    totals["all"] = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(price, ["pen", "cup"]))
    assert totals["all"] == 7
