"""How fast an NLU host answers: many customers, played by one process that costs little.

`arrivals` and `figures` are pure; `connection`, `alarm` and `pacing` stand on an event loop;
`generator` puts them together.
"""
