"""A bus between agencies of our own for tests and demo, in the shape of a provincial LGSP."""
