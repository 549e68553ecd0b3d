"""A client without a thought: what it costs to get the same bytes by aiohttp alone."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from time import perf_counter

from aiohttp import ClientSession, DigestAuthMiddleware
from yarl import URL

from tests.demo.cameras import Account


class BareClient:
    """Sends requests one after the other on one connection."""

    def __init__(self, session: ClientSession, account: Account) -> None:
        self._session = session
        self._base = f"http://{account.host}:{account.http}"

    async def get(self, target: str) -> bytes:
        """Return what a camera answers, whatever that is."""
        async with self._session.get(URL(self._base + target, encoded=True)) as response:
            return await response.read()

    async def get_all(self, targets: Iterable[str]) -> list[bytes]:
        """Return the answers to several requests."""
        return [await self.get(target) for target in targets]

    async def first_byte(self, target: str) -> float:
        """Return after how many seconds an answer's body begins."""
        start = perf_counter()
        async with self._session.get(URL(self._base + target, encoded=True)) as response:
            await response.content.readany()
            taken = perf_counter() - start
            await response.read()
        return taken


@asynccontextmanager
async def bare_client(account: Account) -> AsyncIterator[BareClient]:
    """Open a session with a login of its own."""
    login = DigestAuthMiddleware(account.username, account.password)
    async with ClientSession(middlewares=(login,)) as session:
        yield BareClient(session, account)


def shortest_parse(text: str) -> dict[str, str]:
    """Split tables into flat pairs by the shortest loop there is."""
    return dict(line.partition("=")[::2] for line in text.splitlines())
