"""The order of the rooms is said in three places, and they are equal."""

import re
import tomllib
from pathlib import Path

import firsthand

ROOT = Path(__file__).parents[2]


def test_docstring_readme_and_contract_name_the_rooms_in_one_order():
    said = re.findall(r"^    (\w+)$", firsthand.__doc__, re.MULTILINE)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    picture = re.search(r"```flow\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert picture, "the README shows the flow"
    assert said == list(reversed(layers))
    assert re.findall(r"[a-z]+", picture[1]) == said


def test_no_committed_file_names_a_registry_host():
    import subprocess

    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "deb.debian" + ".org"]
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    for name in filter(None, files):
        path = ROOT / name.decode()
        if path.is_file():
            content = path.read_bytes()
            assert not [h for h in hosts if h.encode() in content], path
