"""`make bench` runs every part, `make bench ARGS=recording` one. Exit code 1 if a limit is missed.

Each number is printed beside its peer of the same run, because alone it depends mostly on the machine. A part is imported
when it runs, since processes that it starts import this module again.
"""

from __future__ import annotations

import importlib
import shutil
import sys
import tempfile
from pathlib import Path

import uvloop

PARTS = {
    "recording": "recording.recordings",
    "tables": "tables.tables",
    "past": "tables.look_back",
    "district": "district.district",
    "replay": "replaying.replays",
    "growth": "recording.growth",
    "verify": "verifying.verification",
    "http": "http.http",
    "report": "reports.documents",
    "console": "console.console",
    "search": "searching.words",
    "suites": "sealing.suites",
}


async def main(names: list[str]) -> int:
    from adapters import logs  # noqa: PLC0415 - see above
    from adapters.postgres import embedded  # noqa: PLC0415
    from api.web.server import collect_rarely  # noqa: PLC0415
    from tests.bench.measuring import missed  # noqa: PLC0415

    logs.configure("error")
    scratch = Path(tempfile.mkdtemp(prefix="taizhang-bench-"))
    scratch.chmod(0o711)
    server = await embedded.start(scratch / "postgresql")
    try:
        for name in names or PARTS:
            module, _, part = PARTS[name].partition(".")
            run = getattr(importlib.import_module(f"tests.bench.{module}"), part)
            collect_rarely()  # as a server does
            await run(server, scratch)
    finally:
        await embedded.stop(scratch / "postgresql")
        shutil.rmtree(scratch, ignore_errors=True)
    return int(bool(missed))


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - set(PARTS):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    sys.exit(uvloop.run(main(sys.argv[1:])))  # the loop of the server
