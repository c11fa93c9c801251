"""Hashing passwords with argon2id in a small pool of threads, since each hash takes 64 MiB and a core for a while."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

T = TypeVar("T")

AT_ONCE = 2
"""Concurrent hashes of a process; others wait, and time out with 503."""

HASHER = PasswordHasher()
_THREADS = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")


def _random(size: int) -> str:
    return base64.b64encode(os.urandom(size)).decode().rstrip("=")


def _nobodys() -> str:
    """A random hash to compare with if there is no account, so that it takes the same time."""
    return (
        f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
        f"${_random(HASHER.salt_len)}${_random(HASHER.hash_len)}"
    )


async def hashed(password: str) -> str:
    return await _in_thread(HASHER.hash, password)


async def matches(password: str, hash_: str | None) -> bool:
    """Whether the password matches the hash; without a hash False, after the same time."""
    same = await _in_thread(_matches, hash_ or _nobodys(), password)
    return same and hash_ is not None


def _matches(hash_: str, password: str) -> bool:
    try:
        return HASHER.verify(hash_, password)
    except VerificationError:
        return False


async def _in_thread(function: Callable[..., T], *arguments: str) -> T:
    """Run in the pool. Cancelling the caller does not free its thread before the hash is done."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, function, *arguments)
