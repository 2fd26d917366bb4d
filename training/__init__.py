"""How a model is made from labelled examples, judged, and promoted."""
