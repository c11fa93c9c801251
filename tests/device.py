"""An external signing device: here OpenSSL, in place of a smart card or a signing server."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from adapters.proof import signing_program
from adapters.proof.handover import verify as standalone
from adapters.proof.signing_key_files import SigningKeys
from adapters.register.register import Register
from adapters.suites import GM


class Device(NamedTuple):
    """An SM2 key. public_file: in PEM. command: signs its standard input."""

    public_file: Path
    public: bytes
    command: str

    def sign(self, text: bytes) -> bytes:
        done = subprocess.run(shlex.split(self.command), input=text, capture_output=True, check=True)
        return standalone.sm2_signature(done.stdout)


async def begin_with(device: Device, register: Register, keys: Path) -> None:
    """Use suite gm for everything from the first entry on, before anything is recorded."""
    await register.personal_data.rotate_vault_key(GM)
    await SigningKeys.rotate_to(keys, device.public, device.command)
    await register.proofs.change_over()


def made(folder: Path) -> Device:
    secret, public = folder / "sm2.pem", folder / "sm2.pub"
    draw = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", secret]
    subprocess.run(draw, check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", secret, "-pubout", "-out", public], check=True)
    command = f"{shutil.which('openssl')} dgst -sm3 -sign {secret} -sigopt distid:1234567812345678"
    return Device(public, signing_program.sm2_public(public.read_text()), command)
