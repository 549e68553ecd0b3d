"""RPC2: the JSON interface that the camera's own web pages use."""
