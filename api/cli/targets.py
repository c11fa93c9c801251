"""Output files: the extension must match, the folder must exist, and nothing is overwritten without --force."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Collection
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

force_option = click.option("--force", is_flag=True, help="目标文件已有的，覆盖它。")


def target_argument(name: str, suffixes: str) -> Callable[..., Any]:
    """The argument that names the file."""
    return click.argument(name, metavar=f"文件{suffixes}", type=click.Path(path_type=Path))


def check_target(target: Path, suffixes: Collection[str], *, force: bool = False) -> None:
    """Check the target before any work. Raises UsageError."""
    if suffixes and target.suffix.lower() not in suffixes:
        raise click.UsageError(f"文件名{target.name}应以{'或'.join(suffixes)}结尾，没有写入")
    if not target.parent.is_dir():
        raise click.UsageError(f"文件夹{target.parent}不存在，没有写入；请先建立")
    if target.is_dir():
        raise click.UsageError(f"{target}是文件夹，没有写入；请写明文件名")
    if target.exists() and not force:
        raise click.UsageError(f"文件{target}已存在，没有覆盖；确要覆盖的，加上--force")


def write(target: Path, data: bytes, *, force: bool = False) -> None:
    """Write atomically; the target was checked before. Raises UsageError."""
    draft = target.with_name(f".{target.name}.draft")
    try:
        draft.write_bytes(data)
        if not force:
            target.open("xb").close()  # of two concurrent writers the first wins
        draft.replace(target)
    except FileExistsError:
        raise click.UsageError(f"文件{target}已存在，没有覆盖；确要覆盖的，加上--force") from None
    except OSError as wrong:
        raise click.UsageError(f"文件{target}不能写：{wrong.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)


async def write_private(target: Path, pieces: AsyncIterator[bytes], *, force: bool = False) -> None:
    """Write a stream, readable only by the owner. Raises UsageError."""
    draft = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            async for piece in pieces:
                written.write(piece)
        check_target(target, (), force=force)
        draft.replace(target)
    except OSError as wrong:
        raise click.UsageError(f"文件{target}不能写：{wrong.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
