"""Kernels on arrays: top-k, co-occurrence, products, SVD, and the threads and memory they use."""
