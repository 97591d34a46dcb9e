"""The encoder's metrics; metrics.yaml declares the same families for the platform."""
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()
requests = Counter(
    "flashfit_encoder_requests", "Requests by endpoint and outcome.", ["endpoint", "outcome"], registry=registry
)
inference = Histogram(
    "flashfit_encoder_inference_seconds", "Time that one encoder takes for one input.", ["encoder", "input"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5), registry=registry,
)  # fmt: skip
inputs = Counter("flashfit_encoder_inputs", "Texts and pictures encoded.", ["input"], registry=registry)
model_loaded = Gauge(
    "flashfit_encoder_model_loaded", "1 when a trained model is loaded, 0 when the small encoder answers.",
    ["encoder"], registry=registry,
)  # fmt: skip
start_seconds = Gauge(
    "flashfit_encoder_start_seconds", "Time from the start of the process until the encoders were loaded.",
    registry=registry,
)  # fmt: skip


def begin() -> None:
    """Every series exists from the start, so that a dashboard shows zero and not nothing."""
    from encoders import NAMES

    for endpoint in ("encode", "caption"):
        for outcome in ("ok", "refused"):
            requests.labels(endpoint, outcome)
    for kind in ("text", "image"):
        inputs.labels(kind)
        for name in NAMES:
            inference.labels(name, kind)
