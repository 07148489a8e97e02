"""What every Python that ``synclab record`` starts runs first: begin the record, then the environment's own start.

This folder stands first on PYTHONPATH, so Python's ``site`` finds this file before the environment's own
``sitecustomize``. It may be any Python in any environment, so this is written for very old ones too; only the standard
library is needed. Whatever goes wrong, the program runs.
"""

import os
import sys

_folder = os.path.normcase(os.path.dirname(os.path.abspath(__file__)))
# Not for the program to see. It stays in PYTHONPATH, for the processes that the program starts.
sys.path[:] = [entry for entry in sys.path if os.path.normcase(os.path.abspath(entry)) != _folder]

try:
    if sys.version_info < (3, 10):  # noqa: UP036
        raise RuntimeError("Python 3.10 or newer is needed, and this is %d.%d" % sys.version_info[:2])  # noqa: UP031
    from importlib.util import module_from_spec, spec_from_file_location

    # The package alone: what is installed beside it is nothing to the program.
    _package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    _spec = spec_from_file_location("sync_tools", os.path.join(_package, "__init__.py"))
    assert _spec is not None and _spec.loader is not None
    sys.modules["sync_tools"] = module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["sync_tools"])
    # Else pytest warns that a package with a plugin was imported before it: where that is an error, it would end there.
    sys.modules["sync_tools"].__doc__ = "PYTEST_DONT_REWRITE"

    from sync_tools.doors.recorded_process import begin

    begin()
except Exception as error:
    for _name in [_name for _name in sys.modules if _name.split(".")[0] == "sync_tools"]:
        del sys.modules[_name]
    if sys.stderr is not None:
        sys.stderr.write("synclab record: this process (%d) is not recorded: %s\n" % (os.getpid(), error))  # noqa: UP031

# The environment's own. Where there is none, `site` gets the ImportError that it would have got.
del sys.modules["sitecustomize"]
__import__("sitecustomize")
