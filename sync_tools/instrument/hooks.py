"""All hooks, by the names under which rewritten code calls them."""

from __future__ import annotations

from typing import Any

from sync_tools.instrument import access, calls, elements, generated, matching
from sync_tools.words.errors import Unwind

HOOKS: dict[str, Any] = {
    "_sl_load": access.load,
    "_sl_store": access.store,
    "_sl_delete": access.delete,
    "_sl_read": access.read,
    "_sl_see": access.see,
    "_sl_unbind": access.unbind,
    "_sl_named": access.named,
    "_sl_write": access.write,
    "_sl_getitem": elements.getitem,
    "_sl_setitem": elements.setitem,
    "_sl_delitem": elements.delitem,
    "_sl_contains": elements.contains,
    "_sl_method": calls.method,
    "_sl_function": calls.function,
    "_sl_hush": calls.hush,
    "_sl_whole": elements.whole_,
    "_sl_binary": generated.binary,
    "_sl_change": elements.change,
    "_sl_each": elements.each,
    "_sl_manager": access.manager,
    "_sl_turn": access.turn,
    "_sl_count": access.count,
    "_sl_slice": slice,
    "_sl_match": matching.Matching,
    "_sl_Unwind": Unwind,
}
