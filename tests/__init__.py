"""Tests, in the order of the layers: domain, projections, adapters, api. published/ holds real reports."""
