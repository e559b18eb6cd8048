"""Reading somebody's own network: names, shapes and numbers out of JSON or a file of arrays, every fault at once."""
