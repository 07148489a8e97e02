"""An entry of a WeakValueDictionary is fetched by get, which gives a strong reference."""

import threading
import weakref


class Font:
    pass


def scenario():
    fonts = weakref.WeakValueDictionary()
    holder = [Font()]
    fonts["serif"] = holder[0]

    def drop():
        holder.clear()

    def draw():
        font = fonts.get("serif")
        assert font is None or isinstance(font, Font)

    threads = [threading.Thread(target=target) for target in (drop, draw)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
