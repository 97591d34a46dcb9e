"""Redis: the embedding cache, and the stream of events that all instances share."""
import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import RedisError, TimeoutError as RedisSlow

__all__ = ["RedisError", "connect"]


def connect(url: str, timeout: float) -> redis.Redis:
    """A client that gives up after `timeout` seconds and replaces a connection that the server has closed."""
    return redis.from_url(
        url, socket_timeout=timeout, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1),
        retry_on_error=[RedisGone, RedisSlow] if timeout < 5 else [RedisGone], health_check_interval=0,
    )  # fmt: skip
