"""Which addresses count as a subscriber of the web server, and which are a proxy's."""

import pytest

from storefront.operations.web_server import Subscribers


@pytest.mark.parametrize(
    ("address", "direct", "behind_a_proxy"),
    [
        ("8.8.8.8", "8.8.8.8", "8.8.8.8"),
        ("::ffff:8.8.8.8", "8.8.8.8", "8.8.8.8"),
        ("2a02:1234:5:6:7::1", "2a02:1234:5:6::/64", "2a02:1234:5:6::/64"),
        # The network of containers, and a proxy on another host of the same network.
        ("172.18.0.2", "172.18.0.2", None),
        ("::ffff:172.18.0.2", "172.18.0.2", None),
        ("fe80::1%eth0", "fe80::/64", None),
        ("127.0.0.1", None, None),
        ("::1", None, None),
        ("::ffff:127.0.0.1", None, None),
        ("127.0.0.2", "127.0.0.2", "127.0.0.2"),
    ],
)
def test_proxies_and_this_machine_are_not_counted(address: str, direct: str | None, behind_a_proxy: str | None) -> None:
    assert Subscribers(trusted_proxies=0).name(address) == direct
    assert Subscribers(trusted_proxies=1).name(address) == behind_a_proxy
