"""Parts of sentences that views share: numbers, titles, verdicts, bounds."""
