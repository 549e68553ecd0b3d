"""The demo: a real Home Assistant beside a virtual camera, from nothing to a page in a browser."""
