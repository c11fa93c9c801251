"""The recorder passes the test cases that eventsourcing ships for its own recorders, unchanged.

The cases are synchronous and threaded; a bridge runs the recorder's coroutines in a loop of its own.
Subscriptions are not offered: readers poll by position.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from importlib import import_module
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar
from unittest.mock import patch
from uuid import uuid4

import pytest
from eventsourcing.persistence import Notification, StoredEvent

from adapters.postgres.database import Database
from adapters.postgres.queries import SQL
from tests.adapters.log.library_recorder import Recorder
from tests.adapters.recordings import another_database

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

T = TypeVar("T")


def library_cases() -> Any:
    """eventsourcing's cases. The module imports a cipher that needs pycryptodome; no case used here encrypts."""
    cipher = ModuleType("eventsourcing.cipher")
    cipher.AESCipher = type("AESCipher", (), {})  # type: ignore[attr-defined]
    with patch.dict(sys.modules, {"eventsourcing.cipher": cipher}):
        return import_module("eventsourcing.tests.persistence")


cases = library_cases()


class Bridge:
    """A fresh authority's recorder with plain methods, callable from any thread."""

    def __init__(self, dsn: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)
        self._thread.start()
        self._database = self.run(Database.connect(dsn))
        self._recorder = Recorder(self._database, self.run(self._new_authority()))

    async def _new_authority(self) -> int:
        async with self._database.transaction(0) as connection:
            authority_id: int = await connection.fetchval(SQL["add_authority"], uuid4().hex)
            await self._database.set_authority(connection, authority_id)
            await connection.execute(SQL["add_head"], authority_id, 1)
        return authority_id

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        self.run(self._database.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def insert_events(self, stored_events: Sequence[StoredEvent], **options: Any) -> Sequence[int] | None:
        return self.run(self._recorder.insert_events(stored_events, **options))

    def select_events(self, originator_id: str, **options: Any) -> Sequence[StoredEvent]:
        return self.run(self._recorder.select_events(originator_id, **options))

    def select_notifications(self, *arguments: Any, **options: Any) -> Sequence[Notification]:
        return self.run(self._recorder.select_notifications(*arguments, **options))

    def max_notification_id(self) -> int | None:
        return self.run(self._recorder.max_notification_id())


class AggregateBridge(Bridge):
    """What the library asks of a recorder that knows streams alone: no positions, plain events."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **options: Any) -> None:
        super().insert_events(stored_events, **options)

    def select_events(self, originator_id: str, **options: Any) -> Sequence[StoredEvent]:
        return [
            StoredEvent(each.originator_id, each.originator_version, each.topic, each.state)
            for each in super().select_events(originator_id, **options)
        ]


@pytest.fixture(scope="module")
async def dsn(server: DatabaseServer, template: str) -> AsyncIterator[str]:
    """One database for all cases; each has an authority of its own in it."""
    async with another_database(server, template) as database:
        yield server.runtime(database)


class OnOurServer:
    """Mixed into a case: a fresh authority, stream names as text."""

    bridge = Bridge

    @pytest.fixture(autouse=True)
    def _our_database(self, dsn: str) -> None:
        self.dsn = dsn

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> Bridge:
        bridge = self.bridge(self.dsn)
        self.addCleanup(bridge.close)  # type: ignore[attr-defined]
        return bridge


class TestApplicationRecorder(OnOurServer, cases.ApplicationRecorderTestCase):
    """Positions are contiguous, conflicts are found, writers and readers do not disturb each other."""


class TestNonInterleavingPositions(OnOurServer, cases.NonInterleavingNotificationIDsBaseCase):
    """Two large appends at once do not interleave."""


class TestAggregateRecorder(OnOurServer, cases.AggregateRecorderTestCase):
    """Streams are read by version, either way, in part or whole."""

    bridge = AggregateBridge
