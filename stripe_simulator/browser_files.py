"""The files that browsers get: stripe.js, the pages of its frames, and their scripts and styles.

Each field of a card is a frame. A page would ask for more than forty small files if every frame fetched what its script
imports, so a frame gets one script with all of that, which browsers keep: its address changes with its content.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

DIRECTORY = Path(__file__).parent / "js"

_IMPORT = re.compile(r"^import (\{[^}]+\}) from '\./([a-z0-9-]+\.js)';$", re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_LINKED = re.compile(r'(?<=")/js/([a-z0-9-]+\.(?:js|css))(?=")')


@cache
def content_of(name: str) -> str:
    """The text of a file, with what it imports or with the addresses of what it loads. Raises FileNotFoundError.

    Files are read once: start the simulator again to see a change.
    """
    path = DIRECTORY / name
    if path.parent != DIRECTORY or not path.is_file():
        raise FileNotFoundError(name)
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return _LINKED.sub(lambda link: f"{link[0]}?v={_version(link[1])}", text)
    return _with_imports(name) if path.suffix == ".js" and _IMPORT.search(text) else text


def _version(name: str) -> str:
    return hashlib.sha256(content_of(name).encode()).hexdigest()[:12]


def _with_imports(name: str) -> str:
    """One script: each module that this one needs is a function whose result is what it exports."""
    modules: dict[str, str] = {}

    def add(module: str) -> None:
        text = (DIRECTORY / module).read_text(encoding="utf-8")
        for _names, imported in _IMPORT.findall(text):
            if imported not in modules:
                add(imported)
        exported = ", ".join(name for _declared, name in _EXPORT.findall(text))
        body = _EXPORT.sub(r"\1", _IMPORT.sub(r"const \1 = modules['\2'];", text))
        modules[module] = f"modules['{module}'] = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n"

    add(name)
    return "const modules = {};\n" + "".join(modules.values())
