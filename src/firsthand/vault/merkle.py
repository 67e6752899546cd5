"""The Merkle tree of RFC 6962: leaves, nodes, roots, inclusion and consistency proofs.

Source of the shapes: RFC 6962, section 2.1; verification as in RFC 9162, sections 2.1.3.2 and 2.1.4.2.
Everything here is a pure function of hashes; a hash is 32 bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "Frontier",
    "ProofError",
    "check_consistency",
    "check_inclusion",
    "check_subtree_consistency",
    "check_subtree_inclusion",
    "consistency_proof",
    "hash_leaf",
    "hash_node",
    "inclusion_proof",
    "tree_root",
]

HASH_BYTES = 32
_BLOCK = 256  # leaves that ``extend`` takes at once; a power of two
EMPTY_ROOT = sha256(b"").digest()


class ProofError(ValueError):
    """A proof does not prove what it claims."""


def hash_leaf(entry: bytes) -> bytes:
    """SHA-256 of 0x00 and the entry (RFC 6962, 2.1)."""
    return sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both children (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, level by level; a lone last node rises unchanged, which gives RFC 6962's split."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        above = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


class Frontier:
    """The right edge of a growing tree: one root per full subtree, so that appending needs no older leaf."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if size < 0 or len(peaks) != size.bit_count() or any(len(peak) != HASH_BYTES for peak in peaks):
            raise ProofError("a frontier needs one hash per set bit of its size")
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Roots of the full subtrees, largest first."""
        return tuple(self._peaks)

    def copy(self) -> Frontier:
        """An independent frontier of the same tree."""
        return Frontier(self.size, self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        size, node = self.size, leaf
        while size & 1:
            node = sha256(b"\x01" + self._peaks.pop() + node).digest()
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add many leaf hashes, whole blocks at a time where the edge allows."""
        at = 0
        while at < len(leaves):
            if self.size % _BLOCK or len(leaves) - at < _BLOCK:
                self.append(leaves[at])
                at += 1
                continue
            node, blocks = tree_root(leaves[at : at + _BLOCK]), self.size // _BLOCK
            while blocks & 1:
                node = hash_node(self._peaks.pop(), node)
                blocks >>= 1
            self._peaks.append(node)
            self.size += _BLOCK
            at += _BLOCK

    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = hash_node(peak, node)
        return node


def _split(size: int) -> int:
    """The largest power of two below size (RFC 6962: k < n <= 2k)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The audit path of one leaf (RFC 6962, 2.1.1).

    Raises:
        ProofError: the index lies outside of the tree.
    """
    if not 0 <= index < len(leaves):
        raise ProofError("the leaf lies outside of the tree")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*inclusion_proof(leaves[:split], index), tree_root(leaves[split:]))
    return (*inclusion_proof(leaves[split:], index - split), tree_root(leaves[:split]))


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """The proof that the first ``old_size`` leaves are a prefix (RFC 6962, 2.1.2).

    Raises:
        ProofError: the old size is not within 1..number of leaves.
    """
    if not 0 < old_size <= len(leaves):
        raise ProofError("the old size must lie within the tree")

    def walk(part: Sequence[bytes], old: int, whole: bool) -> tuple[bytes, ...]:
        if old == len(part):
            return () if whole else (tree_root(part),)
        split = _split(len(part))
        if old <= split:
            return (*walk(part[:split], old, whole), tree_root(part[split:]))
        return (*walk(part[split:], old - split, False), tree_root(part[:split]))

    return walk(leaves, old_size, True)


def _need_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofError("a hash is not 32 bytes long")


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Refuse a wrong audit path (RFC 9162, 2.1.3.2).

    Raises:
        ProofError: the path does not lead from the leaf to the root.
    """
    _need_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise ProofError("the leaf lies outside of the tree")
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the path is too long")
        if position & 1 or position == last:
            node = hash_node(sibling, node)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            node = hash_node(node, sibling)
        position >>= 1
        last >>= 1
    if last != 0 or node != root:
        raise ProofError("the path does not lead to the root")


def check_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Refuse when the new tree does not continue the old one (RFC 9162, 2.1.4.2).

    Raises:
        ProofError: the old tree is not shown to be a prefix of the new one.
    """
    check_subtree_consistency(0, old_size, new_size, subtree_root=old_root, root=new_root, proof=proof)


def _need_subtree(start: int, end: int, size: int) -> None:
    """A subtree [start, end) begins at a multiple of the power of two that spans it."""
    if not 0 <= start <= end <= size:
        raise ProofError("the subtree lies outside of the tree")
    if end > start and start & ((1 << (end - start - 1).bit_length()) - 1):
        raise ProofError("the subtree does not begin at a node")


def check_subtree_inclusion(
    leaf: bytes, index: int, *, start: int, end: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Refuse a wrong audit path of a leaf within the subtree of leaves start..end-1.

    Raises:
        ProofError: the path does not lead from the leaf to the subtree's root.
    """
    _need_subtree(start, end, end)
    if not start <= index < end:
        raise ProofError("the leaf lies outside of the subtree")
    check_inclusion(leaf, index - start, end - start, proof, root)


def check_subtree_consistency(
    start: int, end: int, size: int, *, subtree_root: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Refuse when leaves start..end-1 of the tree of ``size`` do not have this subtree root.

    With start 0 this is the ordinary consistency check; the walk is that of RFC 9162, 2.1.4.2, begun at the
    subtree's last leaf.

    Raises:
        ProofError: the subtree is not shown to be part of the tree.
    """
    _need_hashes(subtree_root, root, *proof)
    _need_subtree(start, end, size)
    if start == end:
        # an empty tree is a prefix of every tree, and there is nothing to prove about it
        if proof or subtree_root != EMPTY_ROOT or (size == 0 and root != EMPTY_ROOT):
            raise ProofError("an empty subtree has the empty root and an empty proof")
        return
    if start == 0 and end == size:
        if proof or subtree_root != root:
            raise ProofError("equal sizes need equal roots and an empty proof")
        return
    first, position, last = start, end - 1, size - 1
    # a subtree that is a full node, or that ends with the tree, is its own starting point
    while first != position and (position & 1 or position == last):
        first >>= 1
        position >>= 1
        last >>= 1
    path = list(proof)
    if first == position:
        below = above = subtree_root
    else:
        if not path:
            raise ProofError("the proof is empty")
        below = above = path.pop(0)
    for sibling in path:
        if last == 0:
            raise ProofError("the proof is too long")
        if position & 1 or position == last:
            if first < position:
                below = hash_node(sibling, below)
            above = hash_node(sibling, above)
            while position and not position & 1:
                first >>= 1
                position >>= 1
                last >>= 1
        else:
            above = hash_node(above, sibling)
        first >>= 1
        position >>= 1
        last >>= 1
    if last != 0 or below != subtree_root or above != root:
        raise ProofError("the proof does not lead from the old root to the new one")
