"""External programs that sign checkpoints with SM2: the client of a smart card or signing server, or OpenSSL."""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
import re
import shlex
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

from adapters.proof.handover import verify as handover
from adapters.suites import GM

_SECONDS = 10.0


class SigningKeyFault(Exception):
    """The signing key is missing, unreadable, or not the one that the register knows."""


_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*")
_OF_SM2 = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""The DER prefix of a SubjectPublicKeyInfo on the curve SM2; the point follows."""


def sm2_public(pem: str) -> bytes:
    """The point of an SM2 public key in PEM. Raises SigningKeyFault."""
    match = _PEM.fullmatch(pem)
    key = b""
    with suppress(binascii.Error):
        key = base64.b64decode("".join(match[1].split()), validate=True) if match else b""
    public = key.removeprefix(_OF_SM2)
    if not key.startswith(_OF_SM2) or not handover.is_point(public):
        raise SigningKeyFault("不是SM2公钥，应为PEM文件（openssl pkey -pubout 的输出）")
    return public


class ProgramSigner:
    """An SM2 key used through an external program, which reads the text from stdin and writes the signature.

    The signature is in DER, or r and s beside each other. The key's file, of mode 0600, has the public key (`gm:` and 130
    hex digits), and on the next line the program with its arguments, which are not passed to a shell.
    """

    def __init__(self, public: bytes, command: Sequence[str]) -> None:
        self.public = public
        self._command = command

    @classmethod
    def parse(cls, text: str, name: str) -> ProgramSigner:
        """name: of the file. Raises SigningKeyFault."""
        head, _, command = text.strip().partition("\n")
        try:
            public = bytes.fromhex(head.removeprefix(GM.prefix))
            words = shlex.split(command)
        except ValueError:
            public, words = b"", []
        if not head.startswith(GM.prefix) or not handover.is_point(public) or not words:
            raise SigningKeyFault(f"签名程序文件{name}无法读取，应为“gm:”和130位十六进制公钥一行、命令一行")
        return cls(public, words)

    async def sign(self, text: bytes) -> bytes:
        program = self._command[0]
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
            )
        except OSError as wrong:
            raise SigningKeyFault(f"签名程序{program}不能运行：{wrong.strerror}") from None
        try:
            # Not wait_for, which up to Python 3.11 drops a cancellation that comes together with the answer.
            async with asyncio.timeout(_SECONDS):
                output = await _answer(process, text)
        except TimeoutError:
            raise SigningKeyFault(f"签名程序{program}{_SECONDS:.0f}秒内没有给出签名") from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # with its child processes
                # Read the pipe to its end: otherwise its closing is not noticed, and `wait` never returns.
                with suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await process.communicate()
        signature = handover.sm2_signature(output)
        if process.returncode or not handover.is_signed_by_sm2(self.public, text, signature):
            signer = handover.SIGNER.decode()
            raise SigningKeyFault(
                f"签名程序{program}没有给出此公钥的SM2签名（返回值{process.returncode}）："
                f"签名者标识应为{signer}，openssl须写明-sigopt distid:{signer}"
            )
        return signature


async def _answer(process: Process, text: bytes) -> bytes:
    """What the program writes, up to more than any signature has."""
    assert process.stdin is not None  # noqa: S101 - asked for
    assert process.stdout is not None  # noqa: S101
    with suppress(BrokenPipeError, ConnectionResetError):  # the program need not read its input
        process.stdin.write(text)
        await process.stdin.drain()
        process.stdin.close()
    output = b""
    while more := await process.stdout.read(1024):
        output += more
        if len(output) > 1024:
            return b""
    await process.wait()
    return output
