"""A TCP port that stays its server's own while that does not listen, as over a reboot."""

import socket


class Port:
    """The port of one server; 0 stands for any free one."""

    def __init__(self, host: str, number: int) -> None:
        self.host = host
        self.number = number
        self._keeper: socket.socket | None = None

    def keep(self) -> None:
        """Take the port, so that nobody else on this machine gets it; raises OSError.

        Who connects while the server does not listen is refused, as by a machine that is up.
        """
        if self._keeper:
            return
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(
            self.host, self.number, type=socket.SOCK_STREAM
        )
        self._keeper = socket.socket(family, kind, protocol)
        # The server's own sockets have this too, and may therefore bind beside it.
        self._keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._keeper.bind(address)
        except OSError:
            self.release()
            raise
        self.number = self._keeper.getsockname()[1]

    def release(self) -> None:
        """Leave the port to others."""
        if self._keeper:
            self._keeper.close()
            self._keeper = None
