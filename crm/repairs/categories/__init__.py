"""What can be broken: place × category × problem, with the trade, the priority and the warranty that go with it."""
