"""Long fault runs: people at work in real browsers while tabs die, lines break and clocks lie."""
