"""An order's status changes only through `Order.transition`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import files, tree

ONLY = Path("storefront/models/orders/order.py")
# The order of an imported subscription begins as paid: there was never anything to pay, so nothing changes.
BEGINS_PAID = Path("storefront/subscriptions/importing/adoption.py")
WRITERS = ("update", "create", "insert", "insert_many", "replace", "get_or_create", "bulk_update")


def status_writes(module: ast.Module) -> Iterator[str]:
    """The statements that write an order's status."""
    for node in ast.walk(module):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (ast.unparse(t) for t in targets if isinstance(t, ast.Attribute) and is_order_status(t))
        elif isinstance(node, ast.Call) and writes_orders(node.func):
            given = {keyword.arg for keyword in node.keywords}
            keys = {ast.unparse(key) for arg in node.args if isinstance(arg, ast.Dict) for key in arg.keys if key}
            if given & {"status"} or keys & {"Order.status", "'status'"}:
                yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.lower().split()
            if "update" in words and "shop_order" in words:
                yield node.value


def is_order_status(target: ast.Attribute) -> bool:
    return target.attr == "status" and ast.unparse(target.value).lower().endswith("order")


def writes_orders(func: ast.expr) -> bool:
    name = ast.unparse(func)
    return name == "Order" or name in {f"Order.{writer}" for writer in WRITERS}


def test_no_other_module_writes_an_orders_status() -> None:
    others = [path for path in files("storefront", "demo") if path != ONLY]
    found = {path: writes for path in others if (writes := list(status_writes(tree(path))))}
    (begins,) = found.pop(BEGINS_PAID)
    assert begins.startswith("Order.create(")
    assert found == {}


@pytest.mark.parametrize(
    "wrong",
    [
        "order.status = 'paid'",
        "payment.order.status = 'paid'",
        "Order.update(status='paid').execute()",
        "Order.update({Order.status: 'paid'})",
        "Order(status='paid')",
        "db.execute_sql(\"UPDATE shop_order SET status = 'paid'\")",
    ],
)
def test_the_check_finds_a_write(wrong: str) -> None:
    assert list(status_writes(ast.parse(wrong)))
