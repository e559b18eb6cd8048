"""The query: fields, types, rules between fields, choices with their labels, messages for what is wrong."""
