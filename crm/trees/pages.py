"""What every tree's pages can do with a row: take it out of use, bring it back, move it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.trees.keeping import Tree


def add_deeds(blueprint: Blueprint, tree: Tree[Any], keep: Permission) -> None:
    """At `<key_id>/retire`, `/restore` and `/move`."""
    for deed in (_retire, _restore, _move):
        blueprint.add_url_rule(
            f"/<int:{tree.key}_id>/{deed.__name__[1:]}",
            deed.__name__[1:],
            requires(keep)(_view(tree, deed)),
            methods=["POST"],
        )


def at(node: Any) -> str:
    """Where the tree shows it."""
    return url_for(".index", _anchor=f"group-{node.parent_id or node.id}")


def _view(tree: Tree[Any], deed: Callable[[Tree[Any], Any], None]) -> Callable[..., ResponseReturnValue]:
    def view(**given: int) -> ResponseReturnValue:
        node = tree.get(given[f"{tree.key}_id"])
        deed(tree, node)
        return redirect(at(node))

    view.__name__ = deed.__name__[1:]
    return view


def _retire(tree: Tree[Any], node: Any) -> None:
    tree.retire(node)
    flash(_("“%(name)s” is out of use. What has it already keeps it.", name=node.name))


def _restore(tree: Tree[Any], node: Any) -> None:
    tree.restore(node)
    flash(_("“%(name)s” can be chosen again.", name=node.name))


def _move(tree: Tree[Any], node: Any) -> None:
    tree.move(node, -1 if request.form.get("to") == "up" else 1)
