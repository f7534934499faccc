"""A PostgreSQL server of our own: started by the first process that asks, stopped when the last one is gone.

Standard library only: the keeper process runs this package without Django or site packages.
"""

from kratomcare.embedded.cluster import Cluster, EmbeddedServerFailed
from kratomcare.embedded.lease import Lease, acquire
from kratomcare.embedded.server import is_running, server_process, stop

__all__ = ["Cluster", "EmbeddedServerFailed", "Lease", "acquire", "is_running", "server_process", "stop"]
