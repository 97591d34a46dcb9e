"""The API's metrics; ../metrics.yaml declares the same families for the platform, and a test compares the two."""
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()
FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
SLOW = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)


def counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(name, text, labels, registry=registry)


def gauge(name: str, text: str, *labels: str) -> Gauge:
    return Gauge(name, text, labels, registry=registry)


def histogram(name: str, text: str, buckets: tuple, *labels: str) -> Histogram:
    return Histogram(name, text, labels, buckets=buckets, registry=registry)


# The API
requests = counter("flashfit_requests", "Requests answered.", "route", "method", "status")
request_seconds = histogram("flashfit_request_seconds", "Time to the first byte of the answer.", SLOW, "route")
in_flight = gauge("flashfit_requests_in_flight", "Requests being answered now.")
stream_clients = gauge("flashfit_stream_clients", "Open event streams.")
stream_events = counter("flashfit_stream_events", "Events sent on streams.", "event")
stream_delay = histogram("flashfit_stream_delay_seconds", "From an event's birth until it is sent.", FAST)
dependency_up = gauge("flashfit_dependency_up", "1 when the dependency answered the last check.", "dependency")

# Recommendations and models
recommendations = counter("flashfit_recommendations", "Recommendations made.", "source", "cache")
stage_seconds = histogram("flashfit_recommend_stage_seconds", "Time of each step.", FAST, "stage")
encode_seconds = histogram("flashfit_encode_seconds", "Time of a call of the encoder service.", SLOW)
encode_failures = counter("flashfit_encode_failures", "Calls of the encoder service that failed.")
fusion_weight = gauge("flashfit_fusion_weight", "Share of each encoder in the ranking.", "encoder")
feedback = counter("flashfit_feedback", "Verdicts of users.", "verdict")
liked_share = gauge("flashfit_recommendation_liked_ratio", "Share of likes in the feedback of the last 7 days.")
ai_spend = counter("flashfit_ai_spend_dollars", "Estimated spend on AI providers.", "provider")

# Data
cache_requests = counter("flashfit_cache_requests", "Look-ups in the embedding cache.", "result")
cache_seconds = histogram("flashfit_cache_seconds", "Time of a look-up in the cache.", FAST)
search_seconds = histogram("flashfit_search_seconds", "Time of a FAISS search.", FAST)
index_vectors = gauge("flashfit_index_vectors", "Vectors in the index that answers.")
index_age = gauge("flashfit_index_age_seconds", "Age of the index that answers.")
index_reloads = counter("flashfit_index_reloads", "New versions of the index.", "result")
query_seconds = histogram("flashfit_db_query_seconds", "Time of a database query.", FAST, "query")
query_failures = counter("flashfit_db_query_failures", "Database queries that failed.")
pool_connections = gauge("flashfit_db_pool_connections", "Connections of the pool.", "state")

KNOWN_LABELS = {
    recommendations: [(s, c) for s in ("text", "image", "item") for c in ("hit", "miss", "bypass")],
    stage_seconds: [("encode",), ("search",), ("rerank",), ("store",)],
    feedback: [("like",), ("dislike",)],
    cache_requests: [("hit",), ("miss",), ("bypass",)],
    index_reloads: [("ok",), ("refused",)],
    ai_spend: [("openai",)],
    fusion_weight: [("clip",), ("blip",), ("fashion",)],
    dependency_up: [("postgres",), ("redis",), ("encoder",), ("index",)],
    pool_connections: [("open",), ("idle",), ("waiting",)],
    stream_events: [(e,) for e in ("hello", "heartbeat", "activity", "answer", "word", "done")],
    requests: [("/api/recommend", "POST", "200")],
    request_seconds: [("/api/recommend",)],
    query_seconds: [("preferences",), ("items",), ("history",), ("feedback",), ("wardrobe",), ("ping",)],
}


def begin() -> None:
    """Every series exists from the start, so that a dashboard shows zero and not nothing."""
    for family, combinations in KNOWN_LABELS.items():
        for labels in combinations:
            family.labels(*labels)
