"""The tree of what can be violated."""

from __future__ import annotations

from crm.violations.types.service import TREE

types, tree, get_type = TREE.kinds, TREE.branches, TREE.get
