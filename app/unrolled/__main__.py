"""The command ``unrolled``, also ``python -m unrolled``: serve the application."""

import argparse
import contextlib
import errno
import os
import socket
import sys

from unrolled.resources import MissingFiles, require_files
from unrolled.settings import BadSetting, Settings

_TAKEN = "Port {port} is taken on {host}: stop what runs there, or choose another with --port {next_port}."
_CANNOT_LISTEN = "Cannot listen on {host}, port {port}: {reason}."
_STARTED = "Unrolled is at http://{host}:{port} (stop it with Ctrl+C)"


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped, as command line and environment say.

    The exit status is 0 after a normal stop, and 2 for a setting or an address that cannot be used, or missing files.
    """
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.from_environment(**vars(options))
        require_files()
        listener = _listen(settings.host, settings.port)
    except (BadSetting, MissingFiles) as error:
        print(f"unrolled: {error}", file=sys.stderr)
        return 2
    _share_cores(settings)
    _serve(settings, listener)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unrolled",
        description="Serve Unrolled. Everything else is set by the environment; see Settings in README.md.",
    )
    fields = Settings.model_fields
    parser.add_argument("--host", help=fields["host"].description)
    parser.add_argument("--port", help=fields["port"].description)
    parser.add_argument("--workers", help=fields["workers"].description)
    return parser


def _listen(host: str, port: int) -> socket.socket:
    """Take the address before anything slow is imported: a taken one is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.socket(family)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(512)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BadSetting(_TAKEN.format(port=port, host=host, next_port=port + 1)) from None
        raise BadSetting(_CANNOT_LISTEN.format(host=host, port=port, reason=error.strerror or error)) from None
    listener.set_inheritable(True)
    return listener


def _share_cores(settings: Settings) -> None:
    """Give each computing thread its share of the cores: linear algebra must not start threads on top of them."""
    cores = os.cpu_count() or 1
    share = str(max(1, cores // (settings.threads * settings.workers)))
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, share)


def _serve(settings: Settings, listener: socket.socket) -> None:
    import uvicorn  # slow, and `_listen` comes first
    from uvicorn.supervisors import Multiprocess

    from unrolled.web.http.protocol import Protocol

    host, port = listener.getsockname()[:2]
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    print(_STARTED.format(host=shown, port=port), flush=True)
    config = uvicorn.Config(
        "unrolled.main:create_app",
        factory=True,
        workers=settings.workers,
        http=Protocol,
        ws="none",
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
    )
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl+C is how one stops it
        if settings.workers > 1:
            Multiprocess(config, sockets=[listener]).run()
        else:
            uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    sys.exit(main())
