"""Django's PostgreSQL backend, with a cheaper look at whether a kept connection still lives, and plans made once."""

import select
import time

from django.db.backends.postgresql import base

# A connection that was quiet for longer is asked in earnest: a firewall may have forgotten it without a word.
TRUSTED_SECONDS = 60.0


class DatabaseWrapper(base.DatabaseWrapper):
    _seen_alive_at = float("-inf")

    def init_connection_state(self) -> None:
        super().init_connection_state()
        # The written statements (kit.rows) read and write by keys: no value would change their plan, yet by default
        # PostgreSQL plans some of them anew each time (the draw of a task: a quarter of the database's work).
        with self.connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")

    def is_usable(self) -> bool:
        """Asked once a request (CONN_HEALTH_CHECKS). A server that closed the connection has sent its end, which lies
        on our side of the socket: looking for it costs a microsecond, Django's SELECT 1 a round trip."""
        now = time.monotonic()
        if not self.errors_occurred and now - self._seen_alive_at < TRUSTED_SECONDS and self._is_silent():
            self._seen_alive_at = now
            return True
        is_usable = bool(super().is_usable())
        self._seen_alive_at = time.monotonic() if is_usable else float("-inf")
        return is_usable

    def _is_silent(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        return not socket.poll(0)
