"""From an experiment to an answer: limits, the queue, compression, the fingerprint behind ETags."""
