"""What computations run on: progress, threads, workers, the memo of results."""
