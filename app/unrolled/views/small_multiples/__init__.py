"""The same picture for every activation, length or model, on one scale."""
