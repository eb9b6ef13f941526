"""The demonstration county-year: 东川区, 2017, thirty villages, told by its events and loaded as any client would."""
