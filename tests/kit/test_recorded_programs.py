"""``synclab record``: real programs run as they are, in any environment, and so do the processes that they start."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

import pytest
from recorded_runs import ABBA, POSIX, Run, environment, line_of

from sync_tools.doors import recorded_run
from sync_tools.primitives.saved import read_jsonl


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


# ---- three programs from the standard library, unchanged -------------------------------------------------------------


def test_a_pool_under_load(run: Run) -> None:
    program = """
        import concurrent.futures, threading
        lock = threading.Lock()
        total = 0
        def add(number):
            global total
            with lock:  # added here
                total += number
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for future in [pool.submit(add, number) for number in range(500)]:  # submitted here
                future.result()
        print(total)
    """
    told, records = run.log(program)
    assert (told.code, told.out) == (0, "124750\n")
    asked = Counter(record.site.line for record in records if record.op == "request" and record.kind == "Lock")
    # For each task the pool takes its own lock, and the one that all pools share.
    assert asked[line_of(program, "added here")] == 500
    assert asked[line_of(program, "submitted here")] == 2 * 500


def test_a_threading_http_server_with_a_client_of_several_threads(run: Run) -> None:
    program = """
        import http.server, threading, urllib.request
        class Handler(http.server.BaseHTTPRequestHandler):
            lock = threading.Lock()
            served = 0
            def do_GET(self):
                with Handler.lock:  # served here
                    Handler.served += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(self.path.encode())
            def log_message(self, *args):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        def ask(client):
            for number in range(10):
                path = f"/{client}/{number}"
                with opener.open(f"http://127.0.0.1:{server.server_port}{path}") as answer:
                    assert answer.read().decode() == path
        clients = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        server.shutdown()  # waited here
        serving.join()
        server.server_close()
        print(Handler.served)
    """
    told, records = run.log(program)
    assert (told.code, told.out) == (0, "40\n"), told.err
    taken = [record for record in records if record.op == "acquired" and record.kind == "Lock"]
    assert Counter(record.site.line for record in taken)[line_of(program, "served here")] == 40
    # The server's own event, by which shutdown() waits for serve_forever().
    waits = [record.op for record in records if record.site.line == line_of(program, "waited here")]
    assert waits == ["wait", "notified"]


def test_workers_that_share_queues(run: Run) -> None:
    program = """
        import queue, threading
        jobs, results = queue.Queue(maxsize=5), queue.Queue()
        def work():
            while (job := jobs.get()) is not None:  # taken here
                results.put(job * job)  # answered here
        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for number in range(200):
            jobs.put(number)  # given here
        for _ in workers:
            jobs.put(None)
        for worker in workers:
            worker.join()
        print(sum(results.get() for _ in range(200)))
    """
    told, records = run.log(program)
    assert (told.code, told.out) == (0, f"{sum(number * number for number in range(200))}\n")
    asked = Counter(record.site.line for record in records if record.op == "request" and record.kind == "Lock")
    lines = [line_of(program, comment) for comment in ("taken here", "answered here", "given here")]
    assert [asked[line] for line in lines] == [200 + 4, 200, 200]


# ---- what goes through unchanged -------------------------------------------------------------------------------------


def test_input_and_output_go_through_byte_by_byte(run: Run) -> None:
    program = run.program("""
        import sys
        sys.stdout.buffer.write(sys.stdin.buffer.read())
        sys.stderr.buffer.write(bytes([255]))
    """)
    sent = bytes(range(256)) * 300
    with run.start("-q", "--", sys.executable, str(program), stdin=subprocess.PIPE, text=False) as process:
        out, err = process.communicate(sent, timeout=100)  # type: ignore[arg-type]
    assert (process.returncode, out, err) == (0, sent, b"\xff")


def test_the_programs_path_and_modules_are_what_they_are_without(run: Run) -> None:
    program = run.program("""
        import json, os, sys
        heavy = sorted({"click", "rich", "loguru", "pytest", "greenlet", "sitecustomize"} & set(sys.modules))
        print(json.dumps([sys.path, sys.argv, sys.flags, os.getcwd(), heavy]))
    """)
    command = [sys.executable, str(program), "x"]
    plain = subprocess.run(command, env=environment(), cwd=run.folder, capture_output=True, text=True, check=True)
    recorded = run("-q", "--", *command)
    assert json.loads(recorded.out) == json.loads(plain.stdout)


@pytest.mark.parametrize("ending", ["", "raise RuntimeError('of its own')", "import not_there"])
def test_the_environments_own_sitecustomize_runs_too(run: Run, ending: str) -> None:
    own = run.folder / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text(f"print('customized', __name__)\n{ending}\n", encoding="utf-8")
    program = run.program("import sys\nprint(getattr(sys.modules.get('sitecustomize'), '__file__', None))")
    with_own = environment(PYTHONPATH=str(own))
    plain = subprocess.run(
        [sys.executable, str(program)], env=with_own, capture_output=True, text=True, check=True, cwd=run.folder
    )
    told = run("-q", "--", sys.executable, str(program), env=with_own)
    assert (told.code, told.out, told.err) == (0, plain.stdout, plain.stderr)
    assert told.out.startswith("customized sitecustomize\n")


@pytest.mark.parametrize("broken", ["too old", "no number", "taken away"])
def test_whatever_is_wrong_with_the_recorder_the_program_runs(run: Run, broken: str) -> None:
    """Python is started as ``synclab record`` would, with one thing wrong."""
    start = recorded_run.START / "sitecustomize.py"
    ast.parse(start.read_text("utf-8"), feature_version=(3, 4))  # an old Python must be able to read it
    variables = recorded_run.environment(run.folder, 100, environment())
    program = "import threading; print(threading.Lock.__module__, type(threading.Event()).__mro__[1].__name__)"
    command = [sys.executable, "-c", program]
    if broken == "no number":
        variables[recorded_run.CAPACITY] = "many"
    elif broken == "taken away":
        variables[recorded_run.FOLDER] = str(run.folder / "gone")
    else:
        del variables["PYTHONPATH"]
        prepare = f"sys.modules['sitecustomize'] = sys; sys.version_info = (3, 9, 1); runpy.run_path({str(start)!r})"
        load = f"import contextlib, runpy, sys\nwith contextlib.suppress(ImportError): {prepare}\n"
        command[2] = load + program
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "_thread object\n")
    lines = done.stderr.splitlines()
    assert len(lines) == (0 if broken == "taken away" else 1)
    assert all("is not recorded: " in line for line in lines)


# ---- other processes -------------------------------------------------------------------------------------------------


def test_processes_that_the_program_starts_are_recorded_too_each_for_itself(run: Run) -> None:
    told = run.python(f"""
        import subprocess, sys, threading
        with threading.Lock():
            pass
        subprocess.run([sys.executable, "-c", {textwrap.dedent(ABBA)!r}], check=True)
    """, "-o", "log.jsonl")  # fmt: skip
    logs = sorted(run.folder.glob("log*.jsonl"), key=lambda path: len(path.name))
    assert [sum(record.kind == "Lock" for record in read_jsonl(log).records) for log in logs][1:] == [12]
    assert len(read_jsonl(logs[0]).records) >= 3
    assert told.own.count("potential deadlock") == 1
    assert all(f"log: {path.name}" in told.own for path in logs)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessings_processes_leave_their_own_logs(run: Run, method: str) -> None:
    if os.name != "posix" and method != "spawn":
        pytest.skip("this system has spawn only")
    told = run.python(f"""
        import multiprocessing, threading
        def work(times):
            lock = threading.Lock()  # of the child's own
            def take():
                for _ in range(times):
                    with lock:
                        pass
            thread = threading.Thread(target=take)
            thread.start()
        if __name__ == "__main__":
            before = threading.Lock()
            before.acquire()
            context = multiprocessing.get_context("{method}")
            processes = [context.Process(target=work, args=(times,)) for times in (3, 5)]
            for process in processes:
                process.start()
            for process in processes:
                process.join()
            print([process.exitcode for process in processes])
    """, "-o", "log.jsonl")  # fmt: skip
    assert (told.code, told.out) == (0, "[0, 0]\n"), told.err
    found = Counter[int]()
    for path in run.folder.glob("log.*.jsonl"):
        records = read_jsonl(path).records
        taken = Counter(record.primitive for record in records if record.op == "acquired" and record.kind == "Lock")
        found[max(taken.values())] += 1
    assert found[3] == found[5] == 1
    assert "no record" not in told.own


def test_pytest_whose_warnings_are_errors_runs_as_ever(run: Run) -> None:
    run.program("import threading\n\ndef test_it():\n    with threading.Lock():\n        pass\n", "test_it.py")
    # Installed with its plugin, as pytest sees it: it will rewrite the asserts of all modules that are listed.
    run.program("", "plugin_of_it.py")
    (run.folder / "sync_tools").mkdir()
    run.program("", "sync_tools/__init__.py")
    installed = run.folder / "installed-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Name: installed\nVersion: 1.0\n", encoding="utf-8")
    (installed / "RECORD").write_text("sync_tools/__init__.py,,\nplugin_of_it.py,,\n", encoding="utf-8")
    (installed / "entry_points.txt").write_text("[pytest11]\nplugin_of_it = plugin_of_it\n", encoding="utf-8")
    pytest_of_theirs = (sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "test_it.py")
    told = run("--", *pytest_of_theirs)
    assert told.code == 0, told.err
    assert told.out.startswith(".") and "1 passed" in told.out


@POSIX
def test_a_program_that_another_takes_the_place_of_leaves_the_others_log(run: Run) -> None:
    second = run.program(ABBA, "second.py")
    told = run.python(f"import os, sys\nos.execv(sys.executable, [sys.executable, {str(second)!r}])")
    assert told.code == 0
    assert told.own.count("synclab record:") == 1 and "potential deadlock" in told.own


@POSIX
def test_the_log_of_the_command_itself_is_the_one_that_was_asked_for_though_others_began_before(run: Run) -> None:
    helper, main = run.program("import threading\nthreading.Lock().acquire()", "helper.py"), run.program(ABBA)
    told = run("-o", "log.jsonl", "sh", "-c", f"{sys.executable} {helper}; exec {sys.executable} {main}")
    assert told.code == 0
    records = [record for record in read_jsonl(run.folder / "log.jsonl").records if record.kind != "Thread"]
    assert {Path(record.site.file).name for record in records} == {"program.py"}


@pytest.mark.timeout(300)
def test_another_virtual_environment_needs_nothing_installed(run: Run) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(run.folder / "other")], check=True)
    folder = run.folder / "other" / ("Scripts" if os.name == "nt" else "bin")
    python = next(folder.glob("python*"))
    program = run.program(ABBA + "\n    import click")
    told = run("--", str(python), str(program))
    assert told.code == 1 and "No module named 'click'" in told.err
    assert "potential deadlock" in told.own
