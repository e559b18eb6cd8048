"""One short text for everything but the request that an answer depends on."""

import hashlib
from importlib.metadata import version

from unrolled.resources import roots

_PACKAGES = ("fastapi", "jinja2", "latex2mathml", "numpy", "pillow", "plotly", "pydantic")


def fingerprint(*more: object) -> str:
    """Digest every file of the application, the packages that shape its answers, and the ``repr`` of what else does.

    The result is twelve hexadecimal digits.
    """
    digest = hashlib.blake2b(digest_size=6)
    for root in roots():
        for path in sorted(root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{root.name}/{path.relative_to(root)}\0".encode())
                digest.update(path.read_bytes())
    digest.update("\0".join(f"{name}={version(name)}" for name in _PACKAGES).encode())
    digest.update(repr(more).encode())
    return digest.hexdigest()
