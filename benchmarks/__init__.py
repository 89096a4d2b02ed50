"""How good, how fast and how big is it? One module a measurement; ``python -m benchmarks list`` names them."""
