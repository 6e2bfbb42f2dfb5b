"""What a thread does with a complete request."""

import errno
from typing import Any

from gunicorn.http.errors import NoMoreData

from storefront.operations.web_server.connection import Connection

_CLIENT_HAS_GONE = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN, None)


def answer(worker: Any, connection: Connection) -> bool:
    """Answer the connection's request. Whether the connection may be used again."""
    request = None
    try:
        connection.sock.start()
        request = connection.reader.complete_request()
        if worker.balance.has_too_many():
            request.force_close()
        keep = bool(worker.handle_request(request, connection)) and connection.reader.finish()
        connection.sock.flush()
        return keep
    except (NoMoreData, StopIteration) as error:
        worker.log.debug("Closing connection. %s", error)
    except OSError as error:
        if error.errno not in _CLIENT_HAS_GONE:
            worker.log.exception("Socket error processing request.")
        connection.sock.close()
    except Exception as error:
        worker.handle_error(request, connection.sock, connection.client, error)
    return False
