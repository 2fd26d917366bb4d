"""What was measured on: the processor, the versions; and what a process there takes."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from pathlib import Path
from typing import Any

# Whether a processor has these decides which products are fast on it.
FLAGS = ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "avx_vnni", "amx_bf16", "amx_int8")
LIBRARIES = ("onnxruntime", "torch", "transformers", "tokenizers", "numpy", "uvicorn", "uvloop")


def described() -> dict[str, Any]:
    """The machine in words and numbers; `load` is that of the last minute, in processes."""
    cpu = Path("/proc/cpuinfo").read_text("utf-8")
    flags = _entry(cpu, "flags").split()
    return {
        "processor": _entry(cpu, "model name"),
        "family": f"{_entry(cpu, 'cpu family')}/{_entry(cpu, 'model')}",
        "flags": [flag for flag in FLAGS if flag in flags],
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in LIBRARIES},
    }


def pss_mb(pid: int) -> float:
    """Memory of a process, pages shared with others divided among them, in MB."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    return int(found.group(1)) / 1024 if found else 0.0


def processor_s(pid: int) -> float:
    """What a process has spent on the processor until now, in seconds."""
    # The name before the last bracket may hold anything; 11 fields on stand user's and system's.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _entry(cpuinfo: str, name: str) -> str:
    found = re.search(rf"^{re.escape(name)}\s*: (.*)$", cpuinfo, re.M)
    return found.group(1) if found else "unknown"
