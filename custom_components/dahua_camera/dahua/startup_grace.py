"""The pause that is given to a camera that may still be starting."""

import asyncio

# From the first answers of its web server until a camera knows its own settings.
STARTING_PAUSE = 5.0


class StartupGrace:
    """One pause for all that a camera refuses without a reason."""

    def __init__(self) -> None:
        self._is_over = False

    async def wait(self) -> bool:
        """Wait, the first time; tell whether asking again may help."""
        if self._is_over:
            return False
        self._is_over = True
        await asyncio.sleep(STARTING_PAUSE)
        return True
