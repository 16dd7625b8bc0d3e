"""Changing the run that is served, in process: on request, as another worker did, or as a link points."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from pathlib import Path

from palate.errors import PalateError
from palate_serve.opening import open_run
from palate_serve.refused import Refused
from palate_serve.served_run import ServedRun
from palate_serve.service import Service, now
from palate_serve.writer import Writer

log = logging.getLogger(__name__)
_EVERY = 0.25  # seconds between looks at the log and the link


@dataclass(eq=False)
class Swapper:
    """Opens runs in a thread while the one that is served goes on, and then puts one in its place.

    A run is named by its folder among `runs`, and nothing outside that is ever opened. `link` is a link whose
    target is served, whatever it points to.
    """

    service: Service
    writer: Writer
    runs: Path | None = None
    link: Path | None = None
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)
    _failed: str | None = None

    async def to(self, name: str) -> ServedRun:
        """Swap to the run of this name, and let the other workers know. Raises Refused."""
        if self.link is not None:
            raise Refused(409, "this server follows a link; let that point to another run", "run")
        folder = self.folder(name)
        async with self._alone:
            try:
                found = await asyncio.to_thread(open_run, folder)
            except PalateError as error:
                raise Refused(422, str(error), "run") from None
            self.service.switch(found)
        self.service.told(
            await self.writer.run(self.service.log.swapped, found.name, self.service.group, now())
        )
        return found

    def folder(self, name: str) -> Path:
        """Where a run of this name lies. Raises Refused for what is no name of a folder among the runs."""
        plain = name not in ("", ".", "..") and not set(name) & set("/\\\0:") and name.isprintable()
        if self.runs is None:
            raise Refused(422, "this pipeline is not in a folder of runs, so there is none to swap to", "run")
        if not plain or len(name.encode()) > 255 or not (self.runs / name).is_dir():
            raise Refused(422, "there is no run of this name beside the one that is served", "run")
        return self.runs / name

    async def follow(self) -> None:
        """Forever: switch where another worker has, and where the link points to another run."""
        while True:
            await self.once()
            await asyncio.sleep(_EVERY)

    async def once(self) -> None:
        """Switch if that is wanted; what cannot be opened is logged once, and the old run goes on."""
        with contextlib.suppress(Exception):  # the log is busy; there is a next time
            self.service.refresh()
        wanted = self._wanted()
        if wanted is None or str(wanted) == self._failed:
            return
        async with self._alone:
            asked = self.service.wanted
            try:
                found = await asyncio.to_thread(open_run, wanted)
                later = self.service.wanted
                self.service.switch(found)
                if later != asked:  # another was wanted while this one was opened
                    self.service.wanted = later
                self._failed = None
            except PalateError as error:
                self._failed, self.service.wanted = str(wanted), None
                log.error("the run was not changed: %s", error)

    def _wanted(self) -> Path | None:
        if self.link is not None:
            target = self.link.resolve()
            self.service.wanted = None
            return target if target != self.service.run.folder and target.is_dir() else None
        if self.service.wanted is None or self.runs is None:
            return None
        return self.runs / self.service.wanted
