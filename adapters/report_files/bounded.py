"""Reads files from outside in separate processes, with limits on time and memory.

A process that exceeds a limit is killed and replaced, and the file is reported as not read.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Timer
from types import TracebackType
from typing import IO, Any, Generic, NamedTuple, Self, TypeVar

import msgspec

from adapters.report_files.office_zip import ReportFileFault
from adapters.report_files.papers import Papers
from projections.importing.book import Book
from projections.report.imported import TypedReport

T = TypeVar("T", bound=msgspec.Struct)

SECONDS = 30.0
"""Time limit per file; the largest real report takes one second."""
MEMORY = 1_500_000_000
"""Bytes of address space per process."""
_MOST_REPLY = 64_000_000
_SIZE = struct.Struct(">I")


class ReadFile(NamedTuple):
    """The result for one file: name is its path; either report or fault is set."""

    name: str
    report: TypedReport | None
    fault: ReportFileFault | None


class _Fault(msgspec.Struct):
    code: str
    text: str


class _Reader(Generic[T]):
    """One process that reads files of one kind, one at a time. It is started by the first file."""

    def __init__(self, kind: type[T], seconds: float, memory: int) -> None:
        self._kind, self._seconds, self._memory = kind, seconds, memory
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, name: str) -> T:
        """Raises ReportFileFault, also for a file that exceeds a limit."""
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = self._start()
        late = Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = Timer(self._seconds, end)
        timer.start()
        try:
            reply = _exchange(process, name.encode(), data)
        except (OSError, EOFError):
            self.close()
            if late.is_set():
                raise ReportFileFault("too_slow", f"文件在{self._seconds:.0f}秒内没有读完") from None
            raise ReportFileFault("too_large", "读取文件所需的内存过多") from None
        finally:
            timer.cancel()
        if reply[:1] == b"+":
            return msgspec.json.decode(reply[1:], type=self._kind)
        fault = msgspec.json.decode(reply[1:], type=_Fault)
        raise ReportFileFault(fault.code, fault.text)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    try:
                        stream.close()
                    except OSError:
                        continue
            self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        # The same interpreter and path; nothing comes from the file.
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "adapters.report_files.bounded", str(self._memory), self._kind.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )


class _Readers(Generic[T]):
    """A pool of processes that read files as `kind`; close it after use."""

    def __init__(self, kind: type[T], count: int, seconds: float, memory: int) -> None:
        self._free: SimpleQueue[_Reader[T]] = SimpleQueue()
        self._all = [_Reader(kind, seconds, memory) for _ in range(count)]
        for each in self._all:
            self._free.put(each)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for each in self._all:
            each.close()

    def read(self, data: bytes, name: str) -> T:
        """Wait for a free reader and read the file. Raises ReportFileFault."""
        reader = self._free.get()
        try:
            return reader.read(data, name)
        finally:
            self._free.put(reader)


class BookReaders(_Readers[Book]):
    """Processes that read registers kept in spreadsheets."""

    def __init__(self, count: int = 1, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        super().__init__(Book, count, seconds, memory)


class PaperReaders(_Readers[Papers]):
    """Processes that read filed papers; pass the media type as the name of a file."""

    def __init__(self, count: int = 1, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        super().__init__(Papers, count, seconds, memory)


class Readers(_Readers[TypedReport]):
    """Processes that read annual reports."""

    def __init__(self, most: int | None = None, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._count = most or max(1, min(os.cpu_count() or 1, 8))
        super().__init__(TypedReport, self._count, seconds, memory)

    def read_all(
        self, files: Sequence[Path], done: Callable[[ReadFile], None] = lambda _: None
    ) -> Iterator[ReadFile]:
        """Read files concurrently; results come in the order of the files.

        done: called for each file once it has been read, from any thread and in any order.
        """

        def one(path: Path) -> ReadFile:
            try:
                found = ReadFile(str(path), self.read(path.read_bytes(), path.name), None)
            except OSError:
                found = ReadFile(str(path), None, ReportFileFault("damaged", "文件不能打开"))
            except ReportFileFault as fault:
                found = ReadFile(str(path), None, fault)
            done(found)
            return found

        with ThreadPoolExecutor(self._count) as threads:
            yield from threads.map(one, files)


def _exchange(process: subprocess.Popen[bytes], name: bytes, data: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    for part in (name, data):
        process.stdin.write(_SIZE.pack(len(part)))
        process.stdin.write(part)
    process.stdin.flush()
    return _take(process.stdout)


def _take(stream: IO[bytes]) -> bytes:
    size = stream.read(_SIZE.size)
    if len(size) < _SIZE.size:
        raise EOFError
    length = _SIZE.unpack(size)[0]
    piece = stream.read(length)
    if len(piece) < length or length > _MOST_REPLY:
        raise EOFError
    return piece


def _serve(memory: int, kind: str) -> None:
    """The worker process: reads files until its input is closed."""
    # Imported here, after the memory limit is set.
    from adapters.report_files import papers, reader, spreadsheet  # noqa: PLC0415

    readers = {Book: spreadsheet.read, Papers: papers.lay, TypedReport: reader.read}
    read: Callable[[bytes, str], Any] = {each.__name__: how for each, how in readers.items()}[kind]

    try:
        import resource  # noqa: PLC0415 - not everywhere

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass
    while True:
        try:
            name, data = _take(sys.stdin.buffer).decode(), _take(sys.stdin.buffer)
        except EOFError:
            return
        try:
            reply = b"+" + msgspec.json.encode(read(data, name))
        except ReportFileFault as fault:
            reply = b"-" + msgspec.json.encode(_Fault(fault.code, str(fault)))
        except MemoryError:
            reply = b"-" + msgspec.json.encode(_Fault("too_large", "读取文件所需的内存过多"))
        except Exception:
            # An unexpected error in one file must not stop the others.
            reply = b"-" + msgspec.json.encode(
                _Fault("damaged", "文件的结构出乎意料，不能读取，请另存后再试")
            )
        sys.stdout.buffer.write(_SIZE.pack(len(reply)) + reply)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2])
