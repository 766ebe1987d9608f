"""What reads the images of a data set: one module a format. `gancourse.data.catalog` says which set has which."""
