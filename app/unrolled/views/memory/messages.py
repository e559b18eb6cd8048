"""The sentences of order and memory, and the words of their figure."""

MESSAGES = {
    "too short": (
        "This sequence has {steps}: to fit {numbers} a step to one part of it and to test them on another takes at "
        "least {needed:,}."
    ),
    "longer text": "Please type a longer text.",
    "longer text, or fewer units": "Please type a longer text, or lower hidden to {hidden}.",
    "more numbers": "Please give more numbers.",
    "more numbers, or fewer units": "Please give more numbers, or lower hidden to {hidden}.",
    "longer sequence": "Please take a longer one.",
    "longer sequence, or fewer units": "Please take a longer one, or lower hidden to {hidden}.",
    "nothing measured": "Nothing was measured.",
    "nothing changes": (
        "Over {steps:,} steps nothing changes in the tested part: there is nothing to predict, in any order."
    ),
    "order": (
        "Normalised MSE of predicting the next value ({model}, {steps:,} steps): {original}, shuffled {shuffled}, "
        "reversed {reversed} (1 = predicting the mean; ± one standard error)."
    ),
    "order of a text": (
        "Normalised MSE of predicting the next value ({model}, {steps:,} steps): {original}, shuffled {shuffled}, "
        "reversed {reversed} (1 = predicting the mean; ± one standard error); {hits} of the characters are predicted "
        "and, shuffled, {shuffled_hits}, where always the most frequent one gives {majority} and {shuffled_majority}."
    ),
    "estimate": "{value} ± {error}",
    "no error": "{value} (too few changes for an error)",
    "percentage": "{value:.1f} ± {error:.1f} %",
    "not defined": "not defined",
    "more than": "more than {most}",
    "shuffled worse": (
        "Order matters: shuffling raises the error by {shuffled_difference}, which is more than two standard errors."
    ),
    "shuffled same": "Shuffling changes the error by {shuffled_difference}, which is within two standard errors.",
    "shuffled better": "Shuffling lowers the error by {shuffled_difference}, which is more than two standard errors.",
    "reversed worse": "Reversed, it is larger by {reversed_difference}, more than two standard errors.",
    "reversed same": "Reversed, it changes by {reversed_difference}, within two standard errors.",
    "reversed better": "Reversed, it is smaller by {reversed_difference}, more than two standard errors.",
    "points": "{value:.1f} ± {error:.1f} percentage points",
    "lead more": "The share of characters predicted exceeds that of always choosing the most frequent one by {lead}.",
    "lead same": (
        "The share of characters predicted differs from that of always choosing the most frequent one by {lead}: "
        "within two standard errors."
    ),
    "lead less": "Always choosing the most frequent character predicts more of them, by {lead}.",
    "same triangle": "Shuffling leaves the triangle of the {model} as it is.",
    "triangle": (
        "Shuffling changes its triangle by a factor of up to {factor}; one shuffle and three others differ by up to "
        "{between}."
    ),
    "triangle, not of the MLP": (
        "Shuffling changes its triangle by a factor of up to {factor}, that of the MLP not at all; one shuffle and "
        "three others differ by up to {between}."
    ),
    "triangle to nothing": "Shuffling changes whether its triangle is exactly zero in places.",
    "triangle to nothing, not of the MLP": (
        "Shuffling changes whether its triangle is exactly zero in places, that of the MLP not at all."
    ),
    "memory": (
        "Driven by independent inputs, drawn from the steps of this sequence, the {model} has a memory capacity of "
        "{capacity} (Σ R² over lags 1 to {lags}), and more than half of what entered is read back {reach}."
    ),
    "no memory": (
        "Driven by independent inputs, drawn from the steps of this sequence, the {model} has no memory capacity "
        "beyond two standard errors ({capacity}, Σ R² over lags 1 to {lags}), and more than half of what entered is "
        "read back {reach}."
    ),
    "memory of the window": (
        "The MLP over a window (K = {window:,}) has a memory capacity of {window_capacity}, with more than half "
        "{window_reach}."
    ),
    "overflow": "Driven by independent inputs, the {model} overflows float64: its memory is not measured.",
    "too wide": "The memory of the {model} is not measured: it holds too many numbers to be fitted on so few steps.",
    "still": "",
    "few": "The memory of the {model} is not measured: the sequence changes at too few of its steps.",
    "not even lag 0": "not even at lag 0",
    "up to": "up to lag {least}",
    "up to or": "up to lag {least} ({most} within two standard errors)",
    "at most": "at lag {most} at most, within two standard errors",
    "window check": "every input inside the window is read back whole",
    "beyond check": "of independent inputs nothing is read back beyond the window (R² at most 0.2, by chance)",
    "fits check": (
        "{count} fits of the next value, of the model that is set in every order and of some others in one, solved "
        "again by least squares, block by block; characters counted again"
    ),
    "memory check": (
        "memory of the model that is set at lags 0 to {lags}, read back again by least squares; capacity and reach "
        "from these"
    ),
    "triangles check": "changes of the triangles of the model that is set, by order and shuffle, compared again",
    "order check": "the derivatives of an MLP are the same in every order, each with its input",
    "no fit": "too little to fit and test",
    "no change": "nothing to predict",
    "error axis": "normalised MSE (1: the mean)",
    "lag axis": "lag n",
    "memory axis": "R² of x<sub>t−n</sub>",
    "error hover": (
        "%{{y}}, {order}: error %{{customdata[0]:.3g}} ± %{{customdata[1]:.2g}}, log likelihood %{{customdata[2]:.3g}} "
        "a number<extra></extra>"
    ),
    "memory hover": "{model}, lag %{{x}}: R² %{{y:.3f}} ± %{{customdata:.2g}}<extra></extra>",
}
