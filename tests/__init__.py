"""Tests of the integration and of its library, and the virtual camera that judges them."""
