"""One short text for everything but the request that an answer depends on."""

import hashlib
from importlib.metadata import version

from unrolled.resources import PACKAGE, folder

_PACKAGES = ("fastapi", "jinja2", "latex2mathml", "numpy", "pillow", "plotly", "pydantic")


def fingerprint(*more: object) -> str:
    """Digest the files of the application and the packages that shape its answers.

    Parameters
    ----------
    *more : object
        Whatever else the answers depend on, such as the settings; by its ``repr``.

    Returns
    -------
    str
        Twelve hexadecimal digits.
    """
    digest = hashlib.blake2b(digest_size=6)
    for place in (PACKAGE, folder("static"), folder("templates")):
        for path in sorted(place.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{place.name}/{path.relative_to(place)}\0".encode())
                digest.update(path.read_bytes())
    digest.update("\0".join(f"{name}={version(name)}" for name in _PACKAGES).encode())
    digest.update(repr(more).encode())
    return digest.hexdigest()
