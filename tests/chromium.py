"""Debian's Chromium with the program's own Chinese fonts, so that Chinese text is drawn on a machine without such fonts."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from adapters.render.pdf import FONTS

expect.set_options(timeout=60_000)
PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def environment(folder: Path) -> dict[str, str]:
    """Environment of its process. folder: for its settings and its font cache."""
    settings = folder / "fonts.conf"
    settings.write_text(f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{files(FONTS)}</dir><cachedir>{folder}/fonts</cachedir></fontconfig>
""")
    return {**os.environ, "FONTCONFIG_FILE": str(settings)}


@asynccontextmanager
async def launched(folder: Path) -> AsyncIterator[Browser]:
    """A headless browser. folder: as of `environment`. Skips the test if there is no Chromium."""
    if PROGRAM is None:
        pytest.skip("no chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=PROGRAM,
            headless=True,
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            env={**environment(folder)},
        )
        try:
            yield browser
        finally:
            await browser.close()
