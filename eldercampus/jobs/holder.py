"""The name under which this process holds leases."""

import os
import socket


def holder_name() -> str:
    """Names this process among all that may hold a lease."""
    return f"{socket.gethostname()}:{os.getpid()}"
