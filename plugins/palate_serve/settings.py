"""What `palate serve` was started with, as it is handed to each worker."""

from __future__ import annotations

import ipaddress
import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from palate.errors import PalateError
from palate_serve.limits import Limits
from palate_serve.tokens import Tokens

LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Settings:
    """The options of the command."""

    run: Path
    beside: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    events: Path | None = None
    tokens: Path | None = None
    public: bool = False
    watch: bool = False
    origins: tuple[str, ...] = ()
    rate: float = 0.0
    access: bool = True
    pictures: tuple[str, ...] = ()
    group: str = field(default_factory=lambda: secrets.token_hex(8))

    def check(self) -> Tokens:
        """The tokens. Raises PalateError for a server that would be open to a network unasked."""
        found = Tokens.read_from(self.tokens)
        if not found and not self.public and not self.local:
            raise PalateError(
                f"on {self.host} whoever reaches this server could do everything: set tokens "
                "(--tokens FILE), or say --public"
            )
        return found

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def limits(self) -> Limits:
        return Limits(rate=self.rate)

    def app(self, follow: bool) -> Any:
        """The application of one worker. Raises PalateError."""
        from palate_serve.app import App

        tokens = self.check()
        return App(
            self.run,
            beside=self.beside,
            events=self.events,
            tokens=tokens,
            limits=self.limits,
            origins=self.origins,
            pictures=self.pictures,
            hosts=LOCAL if self.local and not tokens else None,
            link=self.run if self.watch else None,
            follow=follow,
            group=self.group,
        )

    def as_text(self) -> str:
        """For the environment of a worker."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def of_text(cls, text: str) -> Settings:
        """What `as_text` wrote."""
        known = json.loads(text)
        for name in ("run", "events", "tokens"):
            known[name] = None if known[name] is None else Path(known[name])
        known["beside"] = tuple(map(Path, known["beside"]))
        known["origins"], known["pictures"] = tuple(known["origins"]), tuple(known["pictures"])
        return cls(**known)
