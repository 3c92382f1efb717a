"""From a plan document to the skeleton of a plan: what the words say, what they suggest, and what is left to ask."""
