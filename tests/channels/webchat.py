"""rasa-webchat, a chat widget that was written for Rasa, as the npm registry has it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import httpx
import pytest

NAME, VERSION = "rasa-webchat", "1.0.1"
SCRIPT = "package/lib/index.js"


def download(folder: Path) -> bytes:
    """The widget's script, by npm if there is one, else from the registry that npm would use."""
    if shutil.which("npm"):
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{NAME}@{VERSION}"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if packed.returncode != 0:
            pytest.skip(f"npm cannot fetch {NAME}: {packed.stderr[-300:]}")
        archive = (folder / packed.stdout.strip().splitlines()[-1]).read_bytes()
    else:
        registry = os.environ.get("npm_config_registry")  # noqa: SIM112 - npm's own name
        if not registry:
            pytest.skip(f"{NAME} needs npm, or the registry's address in npm_config_registry")
        about = httpx.get(f"{registry.rstrip('/')}/{NAME}/{VERSION}").raise_for_status().json()
        archive = httpx.get(about["dist"]["tarball"]).raise_for_status().content
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        script = files.extractfile(SCRIPT)
        assert script is not None
        return script.read()
