"""A thread starts a thread and ends without joining it.

fails: assertion
"""

import threading


def scenario():
    pages = []

    def fetch_image():
        pages.append("image")

    def fetch_page():
        image = threading.Thread(target=fetch_image)
        image.start()
        pages.append("page")

    page = threading.Thread(target=fetch_page)
    page.start()
    page.join()
    assert sorted(pages) == ["image", "page"]
