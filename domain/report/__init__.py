"""The annual report: its forms and the figures that are typed into them."""
