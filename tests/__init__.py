"""Read in the order of a request's life: domain, projections, store, doors; published/ holds real reports."""
