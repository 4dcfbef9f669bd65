"""Tells by which address a request has reached the page: what its visitor sees, or nearly."""

from mnist_core.web.http.asgi import Scope, header, is_https


def page_address(scope: Scope) -> str:
    """Return the address of the page, ending in a slash, as the request's own host names it."""
    scheme = "https" if is_https(scope) else "http"
    return f"{scheme}://{header(scope, 'host')}{scope.get('root_path', '').rstrip('/')}/"
