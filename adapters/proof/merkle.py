"""The Merkle tree of RFC 6962 with a suite's hash function, and the proofs of RFC 9162, 2.1.3 and 2.1.4.

All hashes have 32 bytes; `adapters.proof.leaf` makes the leaf hashes. Sizes count leaves, an index counts from 0. The
suite is that of the inner nodes: leaf hashes may be of another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from adapters.suites import STD, Suite


def empty(suite: Suite = STD) -> bytes:
    """The root of an empty tree."""
    return suite.hash().digest()


def leaf_hash(data: bytes, suite: Suite = STD) -> bytes:
    return suite.hash(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes, suite: Suite = STD) -> bytes:
    return suite.hash(b"\x01" + left + right).digest()


def split(hashes: bytes) -> list[bytes]:
    """Split concatenated hashes."""
    return [hashes[start : start + 32] for start in range(0, len(hashes), 32)]


class Growing:
    """An append-only tree, stored as the roots of its perfect subtrees (peaks), largest first, without its leaves.

    Appending a leaf costs two hashes on average, whatever the size. peaks: from `packed`, to continue a tree.
    """

    def __init__(self, size: int = 0, peaks: bytes = b"", suite: Suite = STD) -> None:
        if len(peaks) != 32 * size.bit_count():
            raise ValueError("a tree of this size has another number of peaks")
        self.size = size
        self.suite = suite
        self._peaks = split(peaks)

    def append(self, leaf: bytes) -> None:
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        hash_, peaks, size = self.suite.hash, self._peaks, self.size
        for leaf in leaves:
            size += 1
            # One leaf completes as many subtrees as the size has trailing zero bits.
            for _ in range((size & -size).bit_length() - 1):
                leaf = hash_(b"\x01" + peaks.pop() + leaf).digest()  # noqa: PLW2901
            peaks.append(leaf)
        self.size = size

    @property
    def root(self) -> bytes:
        if not self._peaks:
            return empty(self.suite)
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root, self.suite)
        return root

    @property
    def packed(self) -> bytes:
        return b"".join(self._peaks)

    def consistency_with(self, following: Sequence[bytes]) -> list[bytes]:
        """The consistency proof between this tree and the one with these leaves appended."""
        peaks, start = {}, 0
        for peak, height in zip(
            self._peaks, (h for h in range(self.size.bit_length(), -1, -1) if self.size >> h & 1), strict=True
        ):
            peaks[start, start + 2**height] = peak
            start += 2**height

        def subtree(first: int, end: int) -> bytes:
            # The proof's nodes are entirely within the old tree (its peaks) or entirely after it.
            return (
                peaks[first, end]
                if end <= self.size
                else root(following[first - self.size : end - self.size], self.suite)
            )

        return _consistency(self.size, self.size + len(following), subtree)


def root(leaves: Iterable[bytes], suite: Suite = STD) -> bytes:
    tree = Growing(suite=suite)
    tree.extend(leaves)
    return tree.root


def inclusion_proof(index: int, leaves: Sequence[bytes], suite: Suite = STD) -> list[bytes]:
    """The audit path of the leaf, its sibling first. RFC 9162, 2.1.3.1."""
    return inclusion_proofs([index], leaves, suite)[0]


def inclusion_proofs(
    indexes: Sequence[int], leaves: Sequence[bytes], suite: Suite = STD
) -> list[list[bytes]]:
    """The audit paths of several leaves; nodes that they share are hashed once."""
    if not all(0 <= index < len(leaves) for index in indexes):
        raise ValueError("no such leaf")
    hashed = cache(lambda start, end: root(leaves[start:end], suite))

    def path(index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*path(index, start, middle), hashed(middle, end)]
        return [*path(index, middle, end), hashed(start, middle)]

    return [path(index, 0, len(leaves)) for index in indexes]


def consistency_proof(first: int, leaves: Sequence[bytes], suite: Suite = STD) -> list[bytes]:
    """The consistency proof between the tree of the first so many leaves and that of all. RFC 9162, 2.1.4.1."""
    if not 0 <= first <= len(leaves):
        raise ValueError("the tree is smaller than that")
    return _consistency(first, len(leaves), lambda start, end: root(leaves[start:end], suite))


def includes(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes, suite: Suite = STD
) -> bool:
    """Whether the proof shows that this leaf is at this index in the tree with this root. RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node % 2 or node == last:
            found = node_hash(step, found, suite)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            found = node_hash(found, step, suite)
        node, last = node // 2, last // 2
    return last == 0 and found == root


def extends(
    first: int,
    first_root: bytes,
    second: int,
    second_root: bytes,
    proof: Sequence[bytes],
    suite: Suite = STD,
) -> bool:
    """Whether the proof shows that the second tree extends the first. RFC 9162, 2.1.4.2."""
    if first == 0:
        return second >= 0 and not proof and first_root == empty(suite)
    if not first < second:
        return first == second and not proof and first_root == second_root
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = first - 1, second - 1
    while node % 2:
        node, last = node // 2, last // 2
    was = now = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if node % 2 or node == last:
            was, now = node_hash(step, was, suite), node_hash(step, now, suite)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            now = node_hash(now, step, suite)
        node, last = node // 2, last // 2
    return last == 0 and was == first_root and now == second_root


def _split(size: int) -> int:
    """The largest power of two smaller than the size."""
    return 1 << ((size - 1).bit_length() - 1)


def _consistency(first: int, size: int, subtree: Callable[[int, int], bytes]) -> list[bytes]:
    """RFC 9162's SUBPROOF; subtree: the root over the leaves from start up to, not including, end."""
    if first in (0, size):
        return []

    def below(start: int, end: int, *, known: bool) -> list[bytes]:
        if first == end:
            return [] if known else [subtree(start, end)]
        middle = start + _split(end - start)
        if first <= middle:
            return [*below(start, middle, known=known), subtree(middle, end)]
        return [*below(middle, end, known=False), subtree(start, middle)]

    return below(0, size, known=True)
