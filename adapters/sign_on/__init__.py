"""Single sign-on by OpenID Connect: what is asked of the office's identity provider, and what of its answers is believed."""
