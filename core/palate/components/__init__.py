"""What a component is: the kinds with their contracts, its options, and what is read from its class."""
