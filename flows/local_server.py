"""The Prefect server that lives only as long as the process that started it.

Run as ``python -m flows.local_server PORT`` with a pipe as standard input. When the other end of
the pipe closes, because the parent ended, crashed or was killed, the server finishes what it is
writing and stops, so nothing is left running and Prefect's database is never cut off in mid-write.
"""

from __future__ import annotations

import signal
import sys
import threading

import uvicorn


def _stop_with_parent(server: uvicorn.Server) -> None:
    """Wait for the end of standard input, then ask the server to stop."""
    while sys.stdin.buffer.read(4096):
        continue
    server.should_exit = True


def main() -> None:
    """Serve Prefect's API on 127.0.0.1 until the parent is gone.

    Exits with status 3, as uvicorn does, if the port is taken.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = uvicorn.Server(
        uvicorn.Config(
            "prefect.server.api.server:create_app",
            factory=True,
            host="127.0.0.1",
            port=int(sys.argv[1]),
            log_level="critical",
            lifespan="on",
        )
    )
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    server.run()


if __name__ == "__main__":
    main()
