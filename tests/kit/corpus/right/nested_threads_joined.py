"""A thread starts a thread and joins it."""

import threading


def scenario():
    pages = []

    def fetch_image():
        pages.append("image")

    def fetch_page():
        image = threading.Thread(target=fetch_image)
        image.start()
        pages.append("page")
        image.join()

    page = threading.Thread(target=fetch_page)
    page.start()
    page.join()
    assert sorted(pages) == ["image", "page"]
