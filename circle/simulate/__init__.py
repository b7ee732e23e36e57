"""*Watch an evening*: made-up people who use the server as people do, over HTTP and Socket.IO.

They know nothing of the program's inside: a change that breaks the way in, the wire or the room breaks
them too. What they are like stands in `evening.toml`; what they do next is decided by pure functions
(`acts`, `direct`); how they get it to the server is `browser`, `line` and `guest`.
"""
