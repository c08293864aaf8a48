"""How unusual a difference between two periods is: in standard deviations of what chance alone would do, whatever is measured."""

from math import sqrt


def of_counts(before: int, after: int, exposure_before: float = 1.0, exposure_after: float = 1.0) -> float:
    """Two counts of independent events over times of these lengths: z of the difference of their rates, with the rate that both would
    have if nothing had changed.

    Source: K. Gu, H. K. T. Ng, M. L. Tang, W. R. Schucany, Testing the ratio of two Poisson rates, Biometrical Journal 50 (2008): the
    score test for a ratio of 1."""
    if not before + after:
        return 0.0
    both = (before + after) / (exposure_before + exposure_after)
    return (after / exposure_after - before / exposure_before) / sqrt(both * (1 / exposure_before + 1 / exposure_after))


def of_shares(part_before: int, whole_before: int, part_after: int, whole_after: int) -> float:
    """Two shares: z of their difference, with the share that both would have if nothing had changed.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, "How can we determine whether two processes produce the same proportion of
    defectives?"."""
    if not whole_before or not whole_after:
        return 0.0
    both = (part_before + part_after) / (whole_before + whole_after)
    deviation = sqrt(max(0.0, both * (1 - both)) * (1 / whole_before + 1 / whole_after))
    return (part_after / whole_after - part_before / whole_before) / deviation if deviation else 0.0


def of_means(mean_before: float, n_before: int, mean_after: float, n_after: int) -> float:
    """Two means of durations: z of their difference, if durations are exponential, as Erlang's formulas take them to be: then the standard
    deviation of one is its mean."""
    if not n_before or not n_after:
        return 0.0
    deviation = sqrt(mean_before**2 / n_before + mean_after**2 / n_after)
    return (mean_after - mean_before) / deviation if deviation else 0.0
