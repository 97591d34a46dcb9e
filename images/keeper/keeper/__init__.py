"""The keeper of one deployment on a Docker host."""
