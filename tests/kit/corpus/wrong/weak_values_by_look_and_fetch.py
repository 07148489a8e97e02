"""An entry of a WeakValueDictionary is looked for, then fetched: it may be gone.

fails: exception
"""

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
        if "serif" in fonts:
            assert isinstance(fonts["serif"], Font)

    threads = [threading.Thread(target=target) for target in (drop, draw)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
