"""Parts of figures that views share: axes, colours, ticks, the triangle."""
