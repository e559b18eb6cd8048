"""The address under which a reader sees the site."""

import re

from starlette.requests import Request

_HOST = re.compile(r"([A-Za-z0-9](-*[A-Za-z0-9.])*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")


def base_url(request: Request, public_url: str) -> str:
    """Give scheme and host for absolute links.

    Parameters
    ----------
    request : Request
        Names a host; one that cannot be a host is not repeated.
    public_url : str
        What the operator has set; empty for nothing.

    Returns
    -------
    str
        For example ``http://127.0.0.1:8000``, without a slash at the end.
    """
    if public_url:
        return public_url
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else name
    return f"{request.scope['scheme']}://{host}"
