"""权证出入库单 and the book kept of them: the only way into and out of a safe, by two people. L-24, L-30, A-13."""
