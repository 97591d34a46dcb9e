"""How three encoders become one ranking, and how feedback changes it.

A candidate's score is Σ wᵢ·sᵢ over the encoders' cosine similarities sᵢ, with w = softmax(logits), plus a small
part for how near it is to what the user liked before. Feedback on an item is one step of logistic regression on
the logits: a like raises the encoders that had scored that item above the ensemble's mean and lowers the others,
a dislike does the opposite, and a verdict that the ensemble foresaw changes little.
"""
from dataclasses import dataclass

import numpy as np

from .encoder import ENCODERS, Vectors
from .index import Version

# How sure the ensemble is: the slope of the logistic curve, and the similarity at which it is undecided.
SLOPE, UNDECIDED = 8.0, 0.5
LEARNING_RATE = 0.15
LONGEST_LOGIT = 2.0
# Share of the user's own taste in the search and in the ranking.
TASTE = 0.2
CANDIDATES = 60


@dataclass(frozen=True)
class Ranked:
    item: int
    score: float
    scores: dict[str, float]


def weights(logits) -> np.ndarray:
    grown = np.exp(np.array(logits, dtype=float) - max(logits))
    return grown / grown.sum()


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def rank(version: Version, query: Vectors, logits, taste: np.ndarray | None, k: int, without=()) -> list[Ranked]:
    """The k best items. Candidates come from FAISS, their order from all three encoders and the user's taste."""
    probe = query["clip"] if taste is None else unit((1 - TASTE) * query["clip"] + TASTE * taste)
    share = weights(logits)
    ranked = []
    for item, _ in version.search(probe, CANDIDATES):
        if item in without:
            continue
        clip = version.vector(item)
        scores = {"clip": float(clip @ query["clip"])}
        scores |= {name: version.score(name, item, query[name]) for name in ENCODERS[1:]}
        together = float(share @ np.array([scores[name] for name in ENCODERS]))
        if taste is not None:
            together += TASTE * float(clip @ taste)
        ranked.append(Ranked(item, round(together, 4), {name: round(s, 4) for name, s in scores.items()}))
    return sorted(ranked, key=lambda found: -found.score)[:k]


def learn(logits, scores: dict[str, float], liked: bool) -> list[float]:
    """The logits after one verdict."""
    share = weights(logits)
    seen = np.array([scores[name] for name in ENCODERS])
    expected = 1 / (1 + np.exp(-SLOPE * (share @ seen - UNDECIDED)))
    slope = (expected - (1.0 if liked else 0.0)) * SLOPE * seen
    gradient = share * (slope - share @ slope)
    moved = np.array(logits, dtype=float) - LEARNING_RATE * gradient
    return [float(logit) for logit in np.clip(moved, -LONGEST_LOGIT, LONGEST_LOGIT)]


def moved_taste(taste: np.ndarray | None, item: np.ndarray, liked: bool) -> np.ndarray | None:
    """The user's embedding after one verdict: towards what was liked, away from what was not."""
    if taste is None:
        return item if liked else None
    return unit(0.8 * taste + 0.2 * item) if liked else unit(taste - 0.1 * item)
