"""R01, R08, R09: the application dies at any step; many write at once; recordings without a reply are sent again."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from functools import partial

import pytest

from adapters.refusals import IdempotencyKeyReused
from adapters.register.recording.decoding import convert
from tests.faults import worker
from tests.faults.checker import read
from tests.faults.extent import Outcome, chance, report, times
from tests.faults.journal import ACTOR
from tests.faults.office import Office
from tests.faults.requests import assignment, random_request, receipt


async def test_killed_at_each_step_of_a_recording(
    office: Office, record_property: Callable[..., None]
) -> None:
    """The next process sends unanswered recordings again, and continues; nothing acknowledged is lost."""
    choose, steps = chance("steps"), worker.STEPS
    many = times(1, 20)
    killed = 0
    unanswered = 0
    for _ in range(many):
        for step in choose.sample(steps, len(steps)):
            lines = [random_request(choose.randrange(10**6), f"{killed}-{each}") for each in "abc"]
            batches = max(map(len, lines))  # at least: a request waits for each of its replies
            process = worker.start(worker.record, office, lines, step, choose.randint(1, batches))
            assert await worker.end(process) == -signal.SIGKILL
            killed += 1
            unanswered += len(office.account.unanswered)
            assert await worker.end(worker.start(worker.record, office, lines)) == 0

    account, found = office.account, await office.findings()

    assert account.unanswered == []
    assert unanswered >= killed // 2  # else it was not killed in the middle
    done = f"kill -9 of the application at each of {len(steps)} steps of a batch"
    report(record_property, Outcome("R01", done, killed, account.acknowledged, len(found)), found)


async def test_killed_at_random(office: Office, record_property: Callable[..., None]) -> None:
    """From its start to the middle of several concurrent recordings."""
    choose = chance("random kills")
    loop, first, killed = asyncio.get_running_loop(), choose.randrange(10**6), 0
    while killed < times(5, 200):
        requests = [random_request(first + each) for each in range(8)]
        process = worker.start(worker.record, office, requests)
        loop.call_later(choose.uniform(0, 0.25), process.kill)
        killed += await worker.end(process) == -signal.SIGKILL
        first += 4  # the second half is sent again, together with new ones

    account, found = office.account, await office.findings()

    done = "kill -9 of the application at random, recording 8 requests concurrently"
    report(record_property, Outcome("R01", done, killed, account.acknowledged, len(found)), found)


async def test_thirty_two_writers_on_one_request(
    office: Office, record_property: Callable[..., None]
) -> None:
    """Every recording is answered, none is stored twice, and each writer's order is kept."""
    writers, each = 32, times(5, 9)  # a request takes 300 entries
    register = await office.register()
    with office.client(register) as client:
        first = await client.record(receipt("r"))
        assert first is not None

        async def write(writer: int) -> None:
            for nth in range(each):
                recording = assignment(f"{writer}-{nth}", str(first.reference), f"第{writer}科")
                assert await client.record(recording)

        await asyncio.gather(*map(write, range(writers)))
    await register.close()

    account, found = office.account, await office.findings()

    log = [str(row["command_id"]) for row in (await read(office.dsn, office.code)).log]
    for writer in range(writers):
        own = [id_ for id_ in log if id_.startswith(f"{writer}-")]
        assert own == [f"{writer}-{nth}" for nth in range(each)]
    assert len(log) == 2 + writers * each
    done = f"{writers} writers on one request at once"
    report(record_property, Outcome("R08", done, writers * each, account.acknowledged, len(found)), found)


async def test_sent_again_by_many_processes_without_a_reply(
    office: Office, record_property: Callable[..., None]
) -> None:
    """One id has one event and one reply in every process; with another body it is refused, by a new process too."""
    choose = chance("again")
    requests = [random_request(choose.randrange(10**6), f"s{nth}") for nth in range(times(4, 20))]
    processes = [worker.start(partial(worker.record, again=True), office, requests) for _ in range(4)]
    assert [await worker.end(process) for process in processes] == [0] * len(processes)

    account, found = office.account, await office.findings()
    other = requests[0][0] | {"event": requests[0][0]["event"] | {"on": "2020-03-03"}}
    register = await office.register(size=1)
    with pytest.raises(IdempotencyKeyReused):
        await register.record(office.code, convert(other), actor=ACTOR)
    await register.close()

    repeats = sum(len(answers) - 1 for answers in account.answers.values())
    assert repeats > 2 * account.acknowledged
    done = "one recording sent by 4 processes at once, then again by a fifth"
    report(record_property, Outcome("R09", done, repeats, account.acknowledged, len(found)), found)
