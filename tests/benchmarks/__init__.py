"""Benchmarks: what an exploration costs, beside OS threads and beside other tools. Run with ``tox -e bench``."""
