"""Lets Gradio reach its own server where the environment names a proxy.

Gradio 6.31.0 asks its own address at the start, through any proxy that httpx finds; and httpx
0.28 does not even begin where the proxy is of a kind that it can't use, such as SOCKS without the
package ``socksio``. ``test_gradio_asks_its_own_server_through_a_proxy`` tells when this can go.
This has to be done before Gradio is imported. Knows nothing of pages.
"""

import importlib.util
from collections.abc import MutableMapping
from urllib.parse import urlsplit

OWN_ADDRESSES = ("localhost", "127.0.0.1", "::1")

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_SOCKS = ("socks5", "socks5h")  # what httpx can use, where it has the package
_KNOWN = ("http", "https", *_SOCKS)


def reach_own_address(environment: MutableMapping[str, str], host: str | None = None) -> str:
    """Keep proxies away from this machine's own addresses, and drop those of no use.

    Args:
        environment: variables of this process, which are changed.
        host: the address that the page will be served at, if it is another one.

    Returns:
        A sentence where proxies were dropped; else it is empty.
    """
    dropped = [name for name in environment if _is_of_no_use(name, environment[name])]
    for name in dropped:
        del environment[name]
    spared = (environment.get("no_proxy") or environment.get("NO_PROXY") or "").split(",")
    own = [*OWN_ADDRESSES, (host or "").strip("[]")]
    spared = [*spared, *(each for each in own if each not in spared)]
    environment["no_proxy"] = environment["NO_PROXY"] = ",".join(filter(None, spared))
    if not dropped:
        return ""
    return (
        f"The proxy in {' and '.join(dropped)} can't be used here, so the page does without it: "
        "name one that begins with http://, or install socksio for one that begins with socks5://."
    )


def _is_of_no_use(name: str, proxy: str) -> bool:
    if name.lower() not in _PROXIES or not proxy:
        return False
    scheme = urlsplit(proxy if "://" in proxy else f"http://{proxy}").scheme
    if scheme in _SOCKS:
        return importlib.util.find_spec("socksio") is None
    return scheme not in _KNOWN
