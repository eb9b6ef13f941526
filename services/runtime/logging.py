"""Log lines: structlog everywhere, JSON for machines, a console form for people; libraries come out the same way.

Every line of a request carries its correlation id. Values of commands are never logged: they may be personal.
"""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import Processor

QUIET = ("nats", "httpx", "httpcore", "asyncio", "uvicorn.access", "uvicorn.error")
"""Libraries whose information is not ours to print; their warnings are."""

_PROCESSORS: list[Processor] = []
"""One list for the whole life of the process: loggers that have been used keep the one that they met first."""


def configure(form: Literal["auto", "console", "json"], level: str) -> None:
    """Set up structlog and the standard library's logging for this process; `auto` is the console on a terminal."""
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    if as_json:
        shared.append(structlog.processors.dict_tracebacks)
    # A line below the level is dropped before anything is made of it.
    _PROCESSORS[:] = [structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]
    structlog.configure(
        processors=_PROCESSORS,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "faststream"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("asyncio").addFilter(_not_about_tls)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _not_about_tls(record: logging.LogRecord) -> bool:
    """Python 3.11 warns at the end of every TLS connection of nats-py, which has its reasons: nothing is the matter."""
    return "eof_received() has no effect" not in record.getMessage()
