"""The page that trains and derives: `play` writes it, one HTML file, no server, no network."""

from clearprop.playing.pages import Playground as Playground
from clearprop.playing.pages import play as play
from clearprop.playing.pages import play_model as play_model
from clearprop.playing.pages import play_table as play_table

__all__ = ["Playground", "play", "play_model", "play_table"]
