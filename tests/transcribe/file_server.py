"""A local stand-in for a server of large files: it can go on in the middle, break off, lie and refuse."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """What lies at the server and how it behaves; ``asked`` is every Range it was asked for, in order."""

    content: bytes
    address: str = ""
    #: Bytes after which each of the next connections breaks.
    cuts: list[int] = field(default_factory=list)
    #: Statuses of the next answers; what comes after them is the file.
    statuses: list[int] = field(default_factory=list)
    ranges: bool = True
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(content: bytes) -> Iterator[Served]:
    """Serve ``content`` at every path; a path that begins with /moved/ leads to it in two steps."""
    served = Served(content)

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/moved/"):
                self.send_response(302)
                self.send_header("Location", self.path.replace("/moved/", "/kept/"))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            served.asked.append(self.headers.get("Range", ""))
            if served.statuses:
                self.send_response(served.statuses.pop(0))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.give()

        def give(self) -> None:
            found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if served.ranges else None
            start = int(found[1]) if found else 0
            if found and start >= len(served.content):
                self.send_response(416)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            rest = served.content[start:]
            self.send_response(206 if found else 200)
            if found:
                self.send_header("Content-Range", f"bytes {start}-{len(served.content) - 1}/{len(served.content)}")
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[: served.cuts.pop(0)] if served.cuts else rest)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    served.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
