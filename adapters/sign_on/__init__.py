"""Single sign-on with the authority's identity provider, by OpenID Connect."""
