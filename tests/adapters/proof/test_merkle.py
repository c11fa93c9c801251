"""The tree and its proofs: vectors of the RFCs, and an oracle written from RFC 6962's definition alone."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.proof import merkle
from adapters.proof.merkle import Growing

# The inputs and roots that Certificate Transparency's implementations share for RFC 6962.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


# --- the oracle: RFC 6962, 2.1, 2.1.1 and 2.1.2, word by word ---


def mth(d: list[bytes]) -> bytes:
    if not d:
        return hashlib.sha256(b"").digest()
    if len(d) == 1:
        return hashlib.sha256(b"\x00" + d[0]).digest()
    k = power_below(len(d))
    return hashlib.sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = power_below(len(d))
    if m < k:
        return [*path(m, d[:k]), mth(d[k:])]
    return [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    if m == len(d):
        return [] if b else [mth(d)]
    k = power_below(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def power_below(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def data(n: int) -> list[bytes]:
    return [b"%d" % each for each in range(n)]


def hashed(d: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(each) for each in d]


# --- vectors ---


@pytest.mark.parametrize("size", range(9))
def test_roots_of_rfc_6962(size: int) -> None:
    assert merkle.root(hashed(INPUTS[:size])).hex() == ROOTS[size]


def test_the_example_of_rfc_9162() -> None:
    """2.1.5: the tree of seven leaves, whose nodes the RFC names by letters."""
    a, b, c, d, e, f, j = hashed(data(7))
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k, l = merkle.node_hash(g, h), merkle.node_hash(i, j)  # noqa: E741 - the RFC's letters
    leaves = [a, b, c, d, e, f, j]

    assert merkle.root(leaves) == merkle.node_hash(k, l)
    assert merkle.inclusion_proof(0, leaves) == [b, h, l]
    assert merkle.inclusion_proof(3, leaves) == [c, g, l]
    assert merkle.inclusion_proof(4, leaves) == [f, j, k]
    assert merkle.inclusion_proof(6, leaves) == [i, k]
    assert merkle.consistency_proof(3, leaves) == [c, d, g, l]
    assert merkle.consistency_proof(4, leaves) == [l]
    assert merkle.consistency_proof(6, leaves) == [i, j, k]


# --- against the oracle ---


@pytest.mark.parametrize("size", [*range(1, 34), 100, 255, 256, 257])
def test_every_proof_of_a_tree(size: int) -> None:
    """Each is the RFC's, and proves; none proves another leaf, place, size or root."""
    d = data(size)
    leaves, root = hashed(d), mth(d)

    assert merkle.root(leaves) == root
    for m in range(size):
        proof = merkle.inclusion_proof(m, leaves)
        assert proof == path(m, d)
        assert merkle.includes(leaves[m], m, size, proof, root)
        assert not merkle.includes(merkle.leaf_hash(b"other"), m, size, proof, root)
        assert not merkle.includes(leaves[m], m + 1, size, proof, root)
        assert not merkle.includes(leaves[m], m, size, [*proof, root], root)
        assert not merkle.includes(leaves[m], m, size, proof[:-1], root) or not proof
        assert not merkle.includes(leaves[m], m, 4 * size, proof, root)
    for m in range(1, size + 1):
        was = mth(d[:m])
        proof = merkle.consistency_proof(m, leaves)
        assert proof == subproof(m, d, True)
        assert merkle.extends(m, was, size, root, proof)
        assert not merkle.extends(m, root, size, was, proof) or m == size
        assert not merkle.extends(m, was, size, merkle.empty(), proof)
        assert not merkle.extends(m, was, size, root, [*proof, root])
        assert not merkle.extends(m, was, size, root, proof[:-1]) or not proof
        assert not merkle.extends(m, was, 4 * size, root, proof)


@given(st.integers(0, 130), st.integers(0, 130))
def test_a_growing_tree_knows_no_leaf_and_proves_the_same(size: int, more: int) -> None:
    """Packed and taken up again it has the same root, and the proof of the whole tree."""
    d = data(size + more)
    leaves = hashed(d)
    grown = Growing()
    grown.extend(leaves[:size])

    again = Growing(size, grown.packed)
    proof = again.consistency_with(leaves[size:])
    again.extend(leaves[size:])

    assert grown.root == mth(d[:size])
    assert again.root == mth(d)
    assert proof == ([] if size == 0 else subproof(size, d, True))
    assert merkle.extends(size, grown.root, size + more, again.root, proof)


def test_edges() -> None:
    """Nothing is proved of an empty tree, nor of a size that peaks do not fit."""
    assert merkle.extends(0, merkle.empty(), 5, b"any", [])
    assert not merkle.extends(0, b"other", 5, b"any", [])
    assert not merkle.extends(3, b"any", 2, b"any", [])
    assert not merkle.includes(b"any", 0, 0, [], merkle.empty())
    with pytest.raises(ValueError, match="peaks"):
        Growing(3, bytes(32))
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion_proof(3, hashed(data(3)))
    with pytest.raises(ValueError, match="smaller"):
        merkle.consistency_proof(4, hashed(data(3)))
