"""From which network address something is asked for, so that limits can count by it.

Whoever serves a request says so, for what is done in its course. Who asks in another way, such as
through the queue of the API, has the empty address, and shares it with all others who do.
"""

from contextvars import ContextVar

ADDRESS: ContextVar[str] = ContextVar("network address of who asks", default="")
