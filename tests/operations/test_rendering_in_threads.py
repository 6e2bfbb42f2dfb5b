"""Two threads of a new process that render their first text at the same time, as two customers do after a restart."""

import subprocess
import sys

import pytest

from tests.processes import PATIENCE, ROOT

# The first thread stops where it has compiled a part of the rules, if it compiles any, until the second has rendered.
IN_TWO_THREADS = """
import sys
from importlib import import_module
from threading import Event, Thread

from markdown_it.ruler import Ruler

render = getattr(import_module(sys.argv[1]), sys.argv[2])
begun, rendered = Event(), Event()

def stop_halfway(frame, event, argument):
    if frame.f_code is Ruler.__compile__.__code__ and frame.f_locals["self"].__cache__ is not None:
        begun.set()
        rendered.wait()
    return stop_halfway

def first():
    sys.settrace(stop_halfway)
    try:
        render("one")
    finally:
        begun.set()

def second():
    begun.wait()
    try:
        print(render("**two**"))
    finally:
        rendered.set()

threads = [Thread(target=first), Thread(target=second)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize(
    ("module", "function"), [("storefront.web.support.filters", "markdown"), ("storefront.emails.markup", "to_html")]
)
def test_the_first_texts_of_two_threads_are_whole(module: str, function: str) -> None:
    command = [sys.executable, "-c", IN_TWO_THREADS, module, function]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout, done.stderr) == ("<p><strong>two</strong></p>\n\n", "")
