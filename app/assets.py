"""The files of the page, in memory, under a version that changes when any of them does.

One version for all: modules import each other by relative paths, so a page gets all of them from
one version, and they can be cached for ever.
"""

import gzip
import hashlib
import mimetypes
import posixpath
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.translation import for_page

HERE = Path(__file__).parent
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
ENTRY = "js/main.js"
"""The module that the page starts with."""
IMPORT = re.compile(r'^(?:import|export|\})[^;()]*? from "(\.{1,2}/[^"]+)";$', re.MULTILINE)
"""A static import, in one line or at the end of several."""
STYLES = re.compile(rb'^@import "([^"/]+\.css)";$', re.MULTILINE)
"""A style sheet that another one beside it takes in."""
SMALL = 1024
"""Compressing less than this many bytes gains nothing."""


def folder(name: str) -> Path:
    """A folder of the page: inside the package when installed, beside it in a checkout."""
    installed = HERE / name
    return installed if installed.is_dir() else HERE.parent / name


def packaged(package: str, path: str) -> Path:
    """A file of an installed package, found without importing it. Raises FileNotFoundError."""
    spec = find_spec(package)
    for place in (spec and spec.submodule_search_locations) or ():
        if (file := Path(place, path)).is_file():
            return file
    raise FileNotFoundError(f"{path} of the package {package}")


@dataclass
class Asset:
    """One file."""

    content: bytes
    media_type: str
    compressed: bytes | None = None
    """With gzip; None until it has been made, or where it gains nothing."""

    def compress(self) -> None:
        """Make the compressed form, if it gains something and is not there."""
        kind = self.media_type
        text = kind.startswith("text/") or kind.endswith(("xml", "json"))
        if self.compressed is None and text and len(self.content) > SMALL:
            self.compressed = gzip.compress(self.content, 6, mtime=0)


class Assets:
    """All files of the page by path: those in `static`, plus `extra` files from elsewhere.

    gettext catalogues become the JSON that the page reads.
    """

    def __init__(self, static: Path, extra: dict[str, Path]) -> None:
        self._static = static
        self._extra = extra
        self._stamp: list[tuple[str, int, int]] = []
        self.version = ""
        self.modules: list[str] = []
        """The page's own JavaScript modules that it needs to begin, besides the first one."""
        self._files: dict[str, Asset] = {}
        self.refresh()

    def find(self, path: str) -> Asset | None:
        return self._files.get(path)

    def _needed(self) -> list[str]:
        """What the first module imports, and what that imports, and so on."""
        found = {ENTRY}
        waiting = [ENTRY]
        while waiting:
            path = waiting.pop()
            text = self._files[path].content.decode() if path in self._files else ""
            for name in IMPORT.findall(text):
                other = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
                if other.startswith("js/") and other not in found:
                    found.add(other)
                    waiting.append(other)
        return sorted(found - {ENTRY})

    def refresh(self) -> bool:
        """Read the files again if one has changed: True if so. Call `compress` then."""
        paths = {
            file.relative_to(self._static).as_posix(): file
            for file in sorted(self._static.rglob("*"))
            if file.is_file() and not file.name.startswith(".")
        } | self._extra
        stats = {name: file.stat() for name, file in paths.items()}
        stamp = [(name, stat.st_mtime_ns, stat.st_size) for name, stat in stats.items()]
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        digest = hashlib.sha256()
        files = {}
        for name, file in paths.items():
            content = _read(file)
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
            known = TYPES.get(file.suffix) or mimetypes.guess_type(name)[0]
            old = self._files.get(name)
            unchanged = old is not None and old.content == content
            files[name] = (
                old if old and unchanged else Asset(content, known or "application/octet-stream")
            )
        self._files = files
        self.version = digest.hexdigest()[:16]
        self.modules = self._needed()
        return True

    def compress(self) -> None:
        """Make the compressed forms; takes about half a second, so call it in a thread."""
        for asset in list(self._files.values()):
            asset.compress()


def _read(file: Path) -> bytes:
    """What is sent of a file: of a style sheet, with those that it imports in their places."""
    if file.suffix == ".po":
        return for_page(file)
    content = file.read_bytes()
    if file.suffix != ".css":
        return content
    return STYLES.sub(lambda found: (file.parent / found[1].decode()).read_bytes(), content)
